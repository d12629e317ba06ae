file(REMOVE_RECURSE
  "libfastload.a"
)
