# The table of mutants in fixtures/mutants/README.md is what the tests of the mutants found: each
# leaves its row. scripts/mutants.sh table writes it again.
include(${SOURCE}/ctest/mutants/include/mutants.cmake)

set(table "| mutant | story | class | property | found by it | silent without |\n")
string(APPEND table "|---|---|---|---|---|---|\n")
mutants_of_classes(mutants)
foreach(mutant IN LISTS mutants)
    set(row ${WORK}/../mutants.${mutant}/row)
    if(NOT EXISTS ${row})
        message(FATAL_ERROR "${mutant}: no row; its test did not pass")
    endif()
    file(READ ${row} text)
    string(APPEND table "${text}")
endforeach()
file(WRITE ${WORK}/table.md "${table}")

set(readme ${SOURCE}/fixtures/mutants/README.md)
file(READ ${readme} text)
string(FIND "${text}" "${table}" at)
string(FIND "${text}" "| mutant | story | class | property | found by it " begin)
if(at EQUAL -1 OR begin EQUAL -1)
    message(FATAL_ERROR "${readme} does not have the table of mutants as it is now, which is "
                        "${WORK}/table.md; `scripts/mutants.sh table` writes it again")
endif()
# Nothing may follow the last row.
string(LENGTH "${table}" length)
math(EXPR end "${at} + ${length}")
string(SUBSTRING "${text}" ${end} 1 next)
if(NOT next MATCHES "^\n?$")
    message(FATAL_ERROR "${readme}: the table has rows of mutants that are gone; "
                        "`scripts/mutants.sh table` writes it again")
endif()
