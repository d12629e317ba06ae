# Runs that end where they come to what is known find the same as whole ones, of which a certificate
# is written: states, how far they are, and violations.
include(${SOURCE}/ctest/cli/include/expect.cmake)

file(WRITE ${WORK}/closed.yaml "
name: closed
about: Any number of cuts between operations.
engine: fastload
device: ${SOURCE}/faultplans/devices/default.yaml
key: test
variants:
  - name: small
    about: 8 KiB images.
    device: {flash: {bank: 16K}, cache: {lines: 16}}
    images:
      old: {pattern: 2, size: 6K, version: 1.0.0}
      new: {pattern: 3, size: 7K, version: 1.1.0}
    memory: [volatile, battery]
    explore: {mode: closure, tear: [between]}
")

# closures_of(OUTPUT): of the object that was printed, what does not depend on how it was found.
macro(closures_of output)
    set(${output})
    foreach(cell 0 1)
        foreach(member closed states longest_path recovery_boots)
            string(JSON value GET "${out}" cells ${cell} closure ${member})
            list(APPEND ${output} ${value})
        endforeach()
    endforeach()
    string(JSON count LENGTH "${out}" findings)
    math(EXPR last "${count} - 1")
    if(count GREATER 0)
        foreach(i RANGE ${last})
            foreach(member property phase class)
                string(JSON value GET "${out}" findings ${i} ${member})
                list(APPEND ${output} ${value})
            endforeach()
        endforeach()
    endif()
endmacro()

foreach(engine fastload ${MUTANTS}/header-first.so ${MUTANTS}/one-resumption.so)
    execute_process(COMMAND ${RELIGHT} run --json --jobs 2 --engine ${engine} --certificate c.rlc closed.yaml
                    WORKING_DIRECTORY ${WORK} OUTPUT_VARIABLE out ERROR_QUIET RESULT_VARIABLE status)
    closures_of(whole)
    string(JSON crash_states GET "${out}" crash_states)
    execute_process(COMMAND ${RELIGHT} run --json --jobs 2 --engine ${engine} closed.yaml
                    WORKING_DIRECTORY ${WORK} OUTPUT_VARIABLE out ERROR_QUIET RESULT_VARIABLE again)
    closures_of(joined)
    string(JSON fewer GET "${out}" crash_states)
    if(NOT again EQUAL status OR NOT joined STREQUAL whole)
        message(FATAL_ERROR "${engine}: whole runs: exit ${status}, ${whole}; others: exit ${again}, ${joined}")
    endif()
    if(NOT fewer LESS crash_states)
        message(FATAL_ERROR "${engine}: ${crash_states} crash states of whole runs, and ${fewer} of others")
    endif()
endforeach()
