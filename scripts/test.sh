#!/usr/bin/env bash
# Installs what is missing, builds everything, runs all tests, and says where the time went.
#
#   scripts/test.sh [OPTIONS OF ctest]     for example: scripts/test.sh -L unit
#
# The exit code is 0 when all tests passed.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# minutes SECONDS
minutes() {
    awk -v seconds="$1" 'BEGIN { printf "%.1f min", seconds / 60 }'
}

# summary LOG: ctest's time for each label, in minutes, and its counts.
summary() {
    awk '
        / = +[0-9.]+ sec\*proc / {
            printf "%-10s %5.1f min of processor time %s %s\n", $1, $3 / 60, $5, $6
        }
        /% tests passed, / { totals = $0 }
        END {
            if (totals == "")
                exit
            split(totals, word, /[ ,]+/)
            print totals
            failed = word[4]
            total = word[length(word)]
            print total - failed " passed, " failed " failed"
        }' "$1"
}

SECONDS=0
"$top/scripts/setup.sh" run test
setup_seconds=$SECONDS

SECONDS=0
build_release ON
build_seconds=$SECONDS

log=$release/test.log
SECONDS=0
status=0
(cd "$release" && ctest --no-tests=error --output-on-failure --parallel 2 \
    --output-junit "$release/test.xml" "$@") </dev/null 2>&1 | tee "$log" || status=$?

printf '\n'
printf '%-10s %9s\n' setup "$(minutes $setup_seconds)" build "$(minutes $build_seconds)" \
    tests "$(minutes $SECONDS)"
# The code size that the freestanding test measured, where it ran.
grep -h "^fastload for " "$release/Testing/Temporary/LastTest.log" || true
summary "$log"
exit $status
