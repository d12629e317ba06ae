# CMake generated Testfile for 
# Source directory: /tmp/wt/questions
# Build directory: /tmp/wt/questions/ctest/unit
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
subdirs("engine")
subdirs("harness")
subdirs("fixtures/mutants")
subdirs("ctest")
