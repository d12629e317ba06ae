# What an update costs the hosts: fastload is back within a second and costs them nothing; the
# conventional way costs timeouts and paths. All from one run.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

expect(0 run --json ${SOURCE}/faultplans/outage.yaml)
set(run "${out}")

# figures(CELL): off-line, dark, timeouts, paths lost, answered twice and never, in variables.
function(figures cell)
    string(JSON count LENGTH "${run}" cells)
    set(i 0)
    while(i LESS count)
        string(JSON name GET "${run}" cells ${i} name)
        if(name STREQUAL cell)
            foreach(figure IN ITEMS offline_ms dark_ms)
                string(JSON value GET "${run}" cells ${i} outage ${figure})
                set(${figure} ${value} PARENT_SCOPE)
            endforeach()
            foreach(figure IN ITEMS timeouts paths_removed answered_twice unanswered)
                string(JSON value GET "${run}" cells ${i} outage hosts ${figure})
                set(${figure} ${value} PARENT_SCOPE)
            endforeach()
            return()
        endif()
        math(EXPR i "${i} + 1")
    endwhile()
    message(FATAL_ERROR "no cell is called ${cell}")
endfunction()

foreach(cell IN ITEMS fastload fastload-light-kept)
    figures(${cell})
    if(offline_ms GREATER 1000 OR NOT offline_ms GREATER 0 OR NOT timeouts EQUAL 0
       OR NOT paths_removed EQUAL 0 OR NOT answered_twice EQUAL 0 OR NOT unanswered EQUAL 0)
        message(FATAL_ERROR "${cell}: off-line ${offline_ms} ms, ${timeouts} timeouts, "
                            "${paths_removed} paths removed")
    endif()
    set(${cell}_dark ${dark_ms})
endforeach()
if(NOT fastload_dark GREATER 0 OR NOT fastload-light-kept_dark EQUAL 0)
    message(FATAL_ERROR "dark for ${fastload_dark} ms, and ${fastload-light-kept_dark} ms when the "
                        "light is kept")
endif()
foreach(cell IN ITEMS conventional fastload-key-refused)
    figures(${cell})
    if(offline_ms LESS 10000 OR NOT paths_removed GREATER 0 OR NOT timeouts GREATER 0)
        message(FATAL_ERROR "${cell}: off-line ${offline_ms} ms, ${timeouts} timeouts, "
                            "${paths_removed} paths removed")
    endif()
endforeach()

# The limits bite: the same update with the key unreadable is not within them.
file(READ ${SOURCE}/faultplans/outage.yaml plan)
string(REPLACE "device: devices/" "device: ${SOURCE}/faultplans/devices/" plan "${plan}")
string(REGEX REPLACE "\n    world: {key: unreadable}\n    properties: [^\n]*" "\n    world: {key: unreadable}"
       plan "${plan}")
file(WRITE ${WORK}/outage.yaml "${plan}")
expect(1 run --json ${WORK}/outage.yaml)
foreach(property IN ITEMS outage io-kept)
    find_token("${out}" ${property} token)
    if(NOT token MATCHES "^outage/fastload-key-refused ")
        message(FATAL_ERROR "${property}: a finding in fastload-key-refused expected, got ${token}")
    endif()
endforeach()

# docs/seeds.md and README.md show what is printed.
expect(0 run ${SOURCE}/faultplans/outage.yaml)
string(REGEX MATCH "update without faults[^\n]*\n(.*[^\n]\n)*" table "${out}")
string(STRIP "${table}" table)
foreach(file IN ITEMS docs/seeds.md README.md)
    file(READ ${SOURCE}/${file} page)
    string(FIND "${page}" "\n${table}\n" at)
    if(table STREQUAL "" OR at EQUAL -1)
        message(FATAL_ERROR "${file} shows another table than this one:\n${table}")
    endif()
endforeach()
