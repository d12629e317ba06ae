# processors: 2
# label: closure
# Any number of cuts, and what they leave half-way turns from one power cycle to the next: the set of
# states is closed. A boot that depends on a record that may be gone after the next power-on is found
# by that, with as many cuts as it takes, and not by cuts alone.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

set(plan ${SOURCE}/faultplans/closure-doubts.yaml)
expect_whole_campaign(${plan})
string(JSON closed GET "${out}" closure closed)
expect_equal("closed" "${closed}" "ON")

set(cell memory=volatile/start=factory)
set(mutant --engine ${MUTANTS}/seal-depended-on.so)
expect(0 run --only ${cell} --without marginal-cell ${mutant} ${plan})
expect(1 run --json --only ${cell} ${mutant} ${plan})
set(token "")
string(JSON count LENGTH "${out}" findings)
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
    string(JSON found GET "${out}" findings ${i} token)
    if(found MATCHES " 2:.*=undone/")
        set(token "${found}")
    endif()
endforeach()
expect_text("${token}" "1:commit:program@recordB#2=halfway:0/3 2:")
expect_replay(progress "${token}" ${mutant})
expect_text("${out}" "what was in doubt before reads as if it had not begun")
