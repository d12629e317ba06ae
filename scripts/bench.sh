#!/usr/bin/env bash
# Measures, on one processor: how many crash states a CPU-second judges in the default campaign, in
# a sample of 2,000 scenarios that runs each prefix again from power-on (naive), and in the same
# sample from snapshots but without merging. Prints the counts too, and checks that they do not
# depend on the number of jobs or on the run.
#
# Then the same for faults that are injected (faultplans/injected.yaml): scenarios a second when a
# run is taken up at the step before its fault and ends where the end is known; when it is only
# taken up; and when it runs from power-on.
#
# The first three judge the first variant of the default campaign; the ratios compare that variant alone.
# Exit code 0: counts agree and the campaign is at least 100 times faster than the naive way.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

least_ratio=100

# measure PLAN JOBS OUTPUT: one campaign; held, violated and unverified ones count alike.
measure() {
    local status=0
    say "Running faultplans/$1.yaml with $2 job(s)"
    "$release/relight" run "$top/faultplans/$1.yaml" --jobs "$2" --json >"$3" || status=$?
    case $status in
    0 | 1 | 4) ;;
    *) fail "relight run faultplans/$1.yaml ended with $status" ;;
    esac
}

# counts FILE: the result without what may differ from run to run, which is time and memory.
counts() {
    jq -S 'del(.seconds, .inject_seconds) | del(.cells[] | .inject_seconds, .cpu_seconds, .peak_bytes)' "$1"
}

# same_counts LEFT RIGHT WHAT
same_counts() {
    diff <(counts "$1") <(counts "$2") >&2 || fail "counts differ $3"
    printf 'Counts are the same %s.\n' "$3"
}

# rate FILE VARIANT: crash states a CPU-second, over the cells of a variant; '' takes all cells.
rate() {
    jq --arg variant "$2" '[.cells[] | select(.name | startswith($variant))]
        | (map(.crash_states) | add) / (map(.cpu_seconds) | add)' "$1"
}

# row LABEL FILE VARIANT
row() {
    jq -r --arg title "$1" --arg variant "$3" '
        [.cells[] | select(.name | startswith($variant))] as $cells
        | ($cells | map(.crash_states) | add) as $states
        | ($cells | map(.cpu_seconds) | add) as $seconds
        | [$title, $states, ($cells | map(.scenarios) | add), ($cells | map(.runs) | add),
           ($cells | map(.distinct_states) | add), ($seconds * 100 | round / 100),
           ($states / $seconds | round), (($cells | map(.peak_bytes) | max) / 1048576 | ceil)]
        | @tsv' "$2"
}

# injected VARIANT: scenarios with an injected fault a second.
injected() {
    jq --arg variant "$1" '.cells[] | select(.name == $variant) | .injected / .inject_seconds' \
        "$work/injected"
}

# ratio LEFT RIGHT
ratio() {
    awk -v left="$1" -v right="$2" 'BEGIN { printf "%.1f", left / right }'
}

"$top/scripts/setup.sh" run bench
build_release OFF relight

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

measure power-cut 1 "$work/campaign"
measure naive 1 "$work/naive"
measure snapshots 1 "$work/snapshots"
measure power-cut 2 "$work/campaign-2-jobs"
measure power-cut 1 "$work/campaign-again"
measure injected 1 "$work/injected"
measure injected 2 "$work/injected-2-jobs"
measure naive 2 "$work/naive-again"
measure snapshots 2 "$work/snapshots-again"

variant=$(jq -r '.cells[0].name | split("/")[0]' "$work/campaign")
{
    printf 'what\tcrash states\tscenarios\truns\tdistinct states\tCPU s\tcrash states/CPU s\tMiB\n'
    row "default campaign, whole" "$work/campaign" ''
    row "default campaign, $variant" "$work/campaign" "$variant/"
    row naive "$work/naive" ''
    row snapshots "$work/snapshots" ''
} | awk -F '\t' '{
    printf "%-32s %12s %10s %10s %15s %9s %18s %6s\n", $1, $2, $3, $4, $5, $6, $7, $8
}'
printf 'Peak memory is that of the largest process.\n'

campaign=$(rate "$work/campaign" "$variant/")
naive_ratio=$(ratio "$campaign" "$(rate "$work/naive" '')")
printf 'campaign/naive:     %s\n' "$naive_ratio"
printf 'campaign/snapshots: %s\n' "$(ratio "$campaign" "$(rate "$work/snapshots" '')")"

printf '\ninjected faults: scenarios %s, scenarios/s: merge %.0f, snapshots %.0f, none %.0f\n' \
    "$(jq '.cells[0].injected' "$work/injected")" "$(injected merge)" "$(injected snapshots)" \
    "$(injected none)"
printf 'merge/none:         %s\n' "$(ratio "$(injected merge)" "$(injected none)")"
printf 'merge/snapshots:    %s\n\n' "$(ratio "$(injected merge)" "$(injected snapshots)")"

same_counts "$work/campaign" "$work/campaign-2-jobs" "for 1 and 2 jobs"
same_counts "$work/campaign" "$work/campaign-again" "in two runs"
same_counts "$work/injected" "$work/injected-2-jobs" "for 1 and 2 jobs, injected"
same_counts "$work/naive" "$work/naive-again" "for 1 and 2 jobs, naive"
same_counts "$work/snapshots" "$work/snapshots-again" "for 1 and 2 jobs, snapshots"

awk -v ratio="$naive_ratio" -v least=$least_ratio 'BEGIN { exit !(ratio >= least) }' ||
    fail "the campaign is $naive_ratio times faster than the naive way; expected at least $least_ratio"
