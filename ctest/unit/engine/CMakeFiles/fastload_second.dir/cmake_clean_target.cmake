file(REMOVE_RECURSE
  "libfastload_second.a"
)
