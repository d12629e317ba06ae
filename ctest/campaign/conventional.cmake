# processors: 2
# The conventional update bricks, and the share of crash states that do is told; in the same world
# fastload does not.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)
set(plan ${SOURCE}/faultplans/conventional.yaml)

expect(1 run --json --jobs 2 ${plan})
set(json "${out}")
string(JSON engine GET "${json}" engine)
string(JSON verdict GET "${json}" verdict)
expect_text("${engine} ${verdict}" "^conventional violated$")

# Nothing else is wrong with it: it boots what it checked, and breaks no rule of the board. Without
# any fault a host loses its path.
string(JSON count LENGTH "${json}" findings)
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
    string(JSON property GET "${json}" findings ${i} property)
    string(JSON phase GET "${json}" findings ${i} phase)
    expect_text("${property} ${phase}" "^bootable burn$|^io-kept golden$")
endforeach()

# Each cell has states that brick and states that do not.
set(sum 0)
string(JSON count LENGTH "${json}" cells)
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
    string(JSON name GET "${json}" cells ${i} name)
    string(JSON bricks GET "${json}" cells ${i} unbootable)
    string(JSON states GET "${json}" cells ${i} crash_states)
    if(NOT bricks GREATER 0 OR NOT bricks LESS states)
        message(FATAL_ERROR "cell ${name}: ${bricks} of ${states} crash states brick, "
                            "expected some and not all")
    endif()
    math(EXPR sum "${sum} + ${bricks}")
endforeach()
string(JSON bricks GET "${json}" unbootable)
string(JSON states GET "${json}" crash_states)
expect_equal("the sum of the cells" "${sum}" "${bricks}")
expect(1 run --jobs 2 ${plan})
expect_text("${out}"
            "\nbricks +${bricks} of ${states} crash states [(][0-9.]+ %[)] with engine conventional\n")
message(STATUS "${bricks} of ${states} crash states brick")

find_token("${json}" bootable token)
expect_replay(bootable "${token}" --plan ${plan})

expect(0 run --json --jobs 2 --engine fastload ${plan})
string(JSON verdict GET "${out}" verdict)
string(JSON bricks GET "${out}" unbootable)
expect_text("${verdict} ${bricks}" "^held 0$")
