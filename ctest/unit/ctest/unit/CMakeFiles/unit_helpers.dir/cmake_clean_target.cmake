file(REMOVE_RECURSE
  "libunit_helpers.a"
)
