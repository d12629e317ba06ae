# Empty dependencies file for test_path_loss.
# This may be replaced when dependencies are built.
