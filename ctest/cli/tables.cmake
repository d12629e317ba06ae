# `relight faults` and `relight properties` print what plans may name.
include(${SOURCE}/ctest/cli/include/expect.cmake)

set(classes cut-before cut-after torn-program-prefix torn-program-suffix torn-erase weak-erase
            erase-preprogram lost-unflushed warm-reset nested-cut)
expect(0 faults)
string(REGEX MATCHALL "(^|\n)[a-z][a-z-]+" names "${out}")
list(TRANSFORM names STRIP)
if(NOT names STREQUAL classes)
    message(FATAL_ERROR "relight faults: \"${classes}\" expected, got \"${names}\"")
endif()
foreach(class IN LISTS classes)
    expect(0 faults ${class})
    expect_text("${out}" "^${class}\n  physics +[A-Z].*\n  parameters  .*\n  applies  .*\n  owes  "
                "\n  source +[A-Z]")
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
