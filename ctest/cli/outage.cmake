# What the outside sees of an update: figures in --json and in the table, limits that are judged, and
# hosts in the timeline.
include(${SOURCE}/ctest/cli/include/expect.cmake)

# plan(NAME REST...): NAME.yaml, small images, one cut between operations, and the lines of REST.
function(plan name)
    string(JOIN "\n" rest ${ARGN})
    file(WRITE ${WORK}/${name}.yaml
"name: ${name}
device: {profile: ${SOURCE}/faultplans/devices/default.yaml, flash: {bank: 32K}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
start: [factory]
memory: [volatile]
explore: {depth: 1, tear: [between]}
${rest}
")
endfunction()

# figure(NAME PATH...): the member of the first plan's JSON in `out`, in NAME.
macro(figure name)
    string(JSON ${name} GET "${out}" ${ARGN})
endmacro()

plan(sources "variants:"
     "  - {name: storage}"
     "  - {name: host, world: {source: host}}"
     "  - {name: relay, world: {source: relay, adapters: 2}}"
     "  - {name: four, world: {adapters: 4, hosts: 8}}"
     "  - {name: alone, world: {hosts: 0}}")
expect(0 run --json ${WORK}/sources.yaml)
foreach(cell RANGE 4)
    figure(name cells ${cell} name)
    figure(offline cells ${cell} outage offline_ms)
    figure(dark cells ${cell} outage dark_ms)
    if(offline LESS_EQUAL 0 OR dark GREATER offline OR offline GREATER 1000)
        message(FATAL_ERROR "${name}: off-line for ${offline} ms, dark for ${dark} ms")
    endif()
    if(name STREQUAL "alone")
        string(JSON type TYPE "${out}" cells ${cell} outage hosts)
        if(NOT type STREQUAL "NULL")
            message(FATAL_ERROR "${name}: hosts where there are none")
        endif()
        continue()
    endif()
    figure(issued cells ${cell} outage hosts issued)
    figure(answered cells ${cell} outage hosts answered)
    figure(timeouts cells ${cell} outage hosts timeouts)
    figure(paths cells ${cell} outage hosts least_paths)
    if(issued LESS 100 OR NOT answered EQUAL issued OR NOT timeouts EQUAL 0 OR paths LESS 1)
        message(FATAL_ERROR "${name}: ${answered} of ${issued} answered, ${timeouts} timeouts, "
                            "${paths} paths")
    endif()
endforeach()
# The host's bus is faster than the link, and a relay reads its flash besides.
figure(storage cells 0 outage update_ms)
figure(host cells 1 outage update_ms)
figure(relay cells 2 outage update_ms)
if(NOT host LESS storage OR NOT storage LESS relay)
    message(FATAL_ERROR "host ${host} ms, storage ${storage} ms, relay ${relay} ms expected in "
                        "ascending order")
endif()

# A limit that is too low is a finding without a fault, and the cell is cut all the same.
plan(limits "limits: {offline: 20ms}")
expect(1 run --json ${WORK}/limits.yaml)
figure(states crash_states)
figure(violations violations)
figure(property findings 0 property)
figure(phase findings 0 phase)
figure(token findings 0 token)
expect_text("${property} ${phase} ${violations} ${states}" "^outage golden 1 [1-9][0-9][0-9]")
expect(1 replay ${token} --plan ${WORK}/limits.yaml)
expect_text("${out}" "VIOLATED outage: no command was processed for [0-9]+ ms; at most 20 ms"
            "seen from outside" "storage: reads the new image" "adapter 2: light off"
            "host 3, adapter 2: link down" "login validated" "adapter 2 serves again")
expect(1 run ${WORK}/limits.yaml)
expect_text("${out}" "off-line ms +dark ms +hosts wait ms" "\nonly +fastload +[1-9][0-9.]+ +[1-9]")
