# A token that is malformed, or belongs to something else, is refused with one line.
include(${SOURCE}/ctest/cli/include/expect.cmake)

set(stale "#00000000.00000000")
foreach(token IN ITEMS
        " " "#" "smoke" "smoke${stale}" "smoke 1:flash:program@bankB#17=before"
        "/ ${stale}" "../smoke ${stale}" "Smoke ${stale}"
        "smoke 1:flash:program@bankB#17=before #0000000.00000000"
        "smoke 1:flash:program@bankB#17=before #000000000.00000000"
        "smoke 1:flash:program@bankB#17=before #0000000g.00000000"
        "smoke 1:flash:program@bankB#17=before ${stale} "
        "smoke 1:flash:program@bankB#17=before ${stale} x"
        "smoke 1:flash:program@bankB#17 ${stale}"
        "smoke 1:flash:program@bankB=before ${stale}"
        "smoke flash:program@bankB#17=before ${stale}"
        "smoke 1:flash@bankB#17=before ${stale}"
        "smoke 0:flash:program@bankB#17=before ${stale}"
        "smoke 1:flash:program@bankB#17=sideways ${stale}"
        "smoke 1:flash:program@bankB#99999999999999999999=before ${stale}"
        "smoke\n 1:flash:program@bankB#17=before ${stale}")
    expect_refusal("." replay --plan ${SOURCE}/faultplans/smoke.yaml "${token}")
endforeach()

# Sound, but of other images or another engine.
expect_refusal("." replay --plan ${SOURCE}/faultplans/smoke.yaml "smoke ${stale}")
# Of another plan.
expect_refusal("." replay --plan ${SOURCE}/faultplans/smoke.yaml "power-cut ${stale}")
expect_refusal("no plan \"no-such-plan\"" replay "no-such-plan ${stale}")
expect_refusal("nowhere.yaml" replay --plan nowhere.yaml "smoke ${stale}")

string(REPEAT "1:flash:program@bankB#17=before " 200 long)
expect_refusal("." replay --plan ${SOURCE}/faultplans/smoke.yaml "smoke ${long}${stale}")
expect_files()
