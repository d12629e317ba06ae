# `relight faults` and `relight properties` print what plans may name.
include(${SOURCE}/ctest/cli/include/expect.cmake)

# One row for each class of the enumeration, in its order.
file(STRINGS ${SOURCE}/harness/faults/catalogue.h classes REGEX "^    RL_CLASS_[A-Z_]+( = 0)?,$")
list(TRANSFORM classes REPLACE "^ *RL_CLASS_([A-Z_]+).*" "\\1")
list(TRANSFORM classes TOLOWER)
list(TRANSFORM classes REPLACE "_" "-")
expect(0 faults)
string(REGEX MATCHALL "(^|\n)[a-z][a-z-]+" names "${out}")
list(TRANSFORM names STRIP)
foreach(name IN LISTS names)
    if(NOT name IN_LIST classes)
        message(FATAL_ERROR "relight faults: \"${name}\" is not in the enumeration")
    endif()
endforeach()
set(classes "${names}")
foreach(class IN LISTS classes)
    expect(0 faults ${class})
    expect_text("${out}" "^${class}\n  physics +[A-Z].*\n  parameters  .*\n  applies  .*\n  owes  "
                "\n  source +[A-Za-z]")
endforeach()
expect_refusal("no fault class \"no-such-class\"; `relight faults` lists them" faults no-such-class)
expect(2 faults torn-erase weak-erase)

set(properties bootable whole authentic key-sound progress device-rules invariant data-kept monotonic
               io-kept outage refusal)
expect(0 properties)
string(REGEX MATCHALL "(^|\n)[a-z][a-z-]+" names "${out}")
list(TRANSFORM names STRIP)
if(NOT names STREQUAL properties)
    message(FATAL_ERROR "relight properties: \"${properties}\" expected, got \"${names}\"")
endif()
