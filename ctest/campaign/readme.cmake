# What README shows of a finding is what is printed: its token replays, with that timeline.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

# today(TOKEN OUTPUT ARGUMENTS...): TOKEN with the digest that the engine has in this build. An engine's
# digest is that of its code: a shared object's is another one with another compiler or build type.
function(today token output)
    execute_process(
        COMMAND ${RELIGHT} replay ${ARGN} "${token}"
        OUTPUT_QUIET ERROR_VARIABLE error)
    if(error MATCHES "another engine.*then, ([0-9a-f]+) now")
        string(REGEX REPLACE "[0-9a-f]+$" "${CMAKE_MATCH_1}" token "${token}")
    endif()
    set(${output} "${token}" PARENT_SCOPE)
endfunction()

file(READ ${SOURCE}/README.md readme)
string(REGEX MATCH "\n  token: ([^\n]+)\n" found "${readme}")
set(token "${CMAKE_MATCH_1}")
string(REGEX MATCH "is its end:\n\n```\n(.*)```\n\nBoot read" found "${readme}")
set(end "${CMAKE_MATCH_1}")
if(token STREQUAL "" OR end STREQUAL "")
    message(FATAL_ERROR "README.md: a finding with its token and the end of its timeline expected")
endif()
today("${token}" token --engine ${MUTANTS}/overlay-not-redone.so)
expect_replay(whole "${token}" --engine ${MUTANTS}/overlay-not-redone.so)
string(FIND "${out}" "${end}" at)
if(at EQUAL -1)
    message(FATAL_ERROR "README.md shows another timeline than is printed:\n${out}")
endif()

# The mutants' table: each token replays in the property that it stands beside.
file(STRINGS ${SOURCE}/fixtures/mutants/README.md rows REGEX "^\\| [a-z-]+ \\|.*`.*#")
list(LENGTH rows count)
if(count LESS 6)
    message(FATAL_ERROR "fixtures/mutants/README.md: a row for each mutant expected, got ${count}")
endif()
foreach(row IN LISTS rows)
    string(REGEX MATCH "^\\| ([a-z-]+) \\| [^|]* \\| ([a-z-]+) \\| `([^`]*)` \\|$" found "${row}")
    set(name "${CMAKE_MATCH_1}")
    set(property "${CMAKE_MATCH_2}")
    today("${CMAKE_MATCH_3}" token --engine ${MUTANTS}/${name}.so)
    expect_replay(${property} "${token}" --engine ${MUTANTS}/${name}.so)
endforeach()

# Every example of docs/tokens.md is a token of today, and what it names holds.
file(STRINGS ${SOURCE}/docs/tokens.md tokens REGEX "^    .* #[0-9a-f]+\\.[0-9a-f]+$")
list(LENGTH tokens count)
if(count LESS 6)
    message(FATAL_ERROR "docs/tokens.md: at least 6 examples expected, got ${count}")
endif()
foreach(token IN LISTS tokens)
    string(STRIP "${token}" token)
    today("${token}" token)
    expect(0 replay "${token}")
endforeach()
