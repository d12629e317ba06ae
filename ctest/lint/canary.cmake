# Do the checkers still look? Gives each a small mistake of the kind that it is there for, and fails
# unless it names that mistake.
cmake_minimum_required(VERSION 3.25)

# expect(NAME PATTERN COMMAND...): the command fails, and what it prints matches PATTERN.
function(expect name pattern)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${WORK}
                    OUTPUT_VARIABLE said ERROR_VARIABLE said RESULT_VARIABLE status)
    # message() breaks lines where it likes.
    string(REGEX REPLACE "[ \n]+" " " line "${said}")
    if(status EQUAL 0 OR NOT line MATCHES "${pattern}")
        message(NOTICE "${said}")
        message(SEND_ERROR "${name}: expected a failure that says \"${pattern}\"; "
                           "it ended with ${status}, and said what is above.")
    endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
file(WRITE ${WORK}/engine/src/bad.c "#include <string.h>
int global = 1;
int choose(int flag);
int choose(int flag) {
    int value;
    if (flag)
        value = 1;
    return value + (int)strlen(\"x\");
}
")
file(WRITE ${WORK}/harness/board/first.c "int other(void);\nint other(void)\n{\n    return 0;\n}\n")
file(WRITE ${WORK}/harness/board/second.c "#include \"fastload/port.h\"
#include \"plan/plan.h\"
int leak(void);
int leak(void)
{
    int *nowhere = 0;
    return *nowhere;
}
")
file(WRITE ${WORK}/harness/plan/plan.h "")
file(WRITE ${WORK}/scripts/first.sh "#!/usr/bin/env bash\nexit 0\n")
file(WRITE ${WORK}/scripts/second.sh "#!/usr/bin/env bash\ncd $1\n")
file(WRITE ${WORK}/.ci/run "#!/usr/bin/env bash\n")
file(COPY ${SOURCE}/.clang-format ${SOURCE}/.clang-tidy DESTINATION ${WORK})
file(WRITE ${WORK}/compile_flags.txt "-Iharness\n-I${SOURCE}/engine/include\n")

set(script ${CMAKE_COMMAND} -DSOURCE=${WORK})
set(tidy ${CMAKE_COMMAND} -DCLANG_TIDY=${CLANG_TIDY} -DDATABASE=${WORK})
set(layering ${script} -P ${SOURCE}/ctest/lint/layering.cmake)

expect(format "bad.c:4:.*clang-format-violations"
       ${CLANG_FORMAT} --dry-run -Werror engine/src/bad.c)
expect(tidy "bad.c:8:.*clang-analyzer-core"
       ${tidy} -DFOLDER=${WORK}/engine/src -P ${SOURCE}/ctest/lint/tidy.cmake)
expect("tidy, a second file" "second.c:7:.*clang-analyzer-core"
       ${tidy} -DFOLDER=${WORK}/harness/board -P ${SOURCE}/ctest/lint/tidy.cmake)
expect(cppcheck "second.c:7:.*nullPointer"
       ${CPPCHECK} --quiet --error-exitcode=1 harness)
expect("layering, a header of the system" "bad.c: includes <string.h>" ${layering})
expect("layering, the engine" "second.c: includes \"fastload/port.h\"" ${layering})
expect("layering, a higher folder" "board may not depend on plan" ${layering})
expect(shell "second.sh.*SC2086"
       ${script} -DBASH=${BASH} -DSHELLCHECK=${SHELLCHECK} -P ${SOURCE}/ctest/lint/shell.cmake)

# docs/seeds.md: a row that is missing, and one that names what is not there.
file(WRITE ${WORK}/seeds.md "| S1 | load | `engine/src/nowhere.c` | `unit.nothing` | `refusals/nobody`, `none` |
| S2 | load | `engine/src/load.c` | `unit.real` | `refusals` |
| S3 | load |  |  |  |
| S4 | load | `engine/src/load.c` | `unit.real` | `smoke` |
")
file(WRITE ${WORK}/tests.txt "unit.real\n")
set(seeds ${CMAKE_COMMAND} -DSOURCE=${SOURCE} -DPAGE=${WORK}/seeds.md -DTESTS=${WORK}/tests.txt
    -P ${SOURCE}/ctest/lint/seeds.cmake)
expect("seeds, a file" "S1 names the file engine/src/nowhere.c, which is not there" ${seeds})
expect("seeds, a test" "S1 names the test unit.nothing, which CTest does not know" ${seeds})
expect("seeds, a variant" "S1 names the variant nobody, which" ${seeds})
expect("seeds, a plan" "S1 names the plan none, which is not in faultplans/" ${seeds})
expect("seeds, a plan that no test runs" "S4 names the plan smoke, which no test of ctest/campaign runs"
       ${seeds})
expect("seeds, nothing named" "S3 names no code.*S3 names no test.*S3 names no campaign" ${seeds})
expect("seeds, a row" "S28 has 0 rows; it needs one" ${seeds})
execute_process(COMMAND ${seeds} OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(said MATCHES "S2 ")
    message(SEND_ERROR "seeds: S2 is a good row, and was taken for a bad one: ${said}")
endif()
