file(REMOVE_RECURSE
  "librelight_harness.a"
)
