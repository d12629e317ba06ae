# Empty compiler generated dependencies file for test_observer.
# This may be replaced when dependencies are built.
