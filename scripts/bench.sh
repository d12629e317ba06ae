#!/usr/bin/env bash
# Measures. Each section prints what it measured and, where there is a goal, whether it was met; a
# number that is measured is the median of three runs, and what is compared runs in turns, so that a
# busy machine slows both down. docs/performance.md tells what limits what.
#
#   scripts/bench.sh [--nightly] [--budget TIME] [SECTION]...     default: all sections
#
#   campaign     crash states a CPU-second of the default campaign, against a sample that runs each
#                prefix again from power-on (naive), and one from snapshots but without merging
#   injected     scenarios with an injected fault a second: merged, from snapshots, from power-on
#   recoveries   whole recoveries a CPU-second, without merging, at 64 KiB
#   closure      the closure of one start state: states, crash states, time, memory
#   linearity    states and time of one closure from 64 to 512 KiB; 1 MiB with --nightly
#   workers      two workers against one
#   emulator     an update on the board against plain arrays; and what copying and hashing cost
#
# A closure is given up after TIME (--budget, 120s by default), and says so. Counts have to be the
# same in each run, and for any number of jobs. Exit code 0: they are, and every goal is met.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

budget=120s
nightly=false
sections=()
while [[ $# -gt 0 ]]; do
    case $1 in
    --nightly) nightly=true ;;
    --budget)
        [[ $# -gt 1 ]] || fail "--budget takes a time, such as 90s"
        budget=$2
        shift
        ;;
    campaign | injected | recoveries | closure | linearity | workers | emulator) sections+=("$1") ;;
    *) fail "no such section: $1" ;;
    esac
    shift
done
[[ ${#sections[@]} -gt 0 ]] ||
    sections=(campaign injected recoveries closure linearity workers emulator)

missed=()

# goal MET TEXT: MET is a condition of awk.
goal() {
    if awk "BEGIN { exit !($1) }"; then
        printf '  goal met:    %s\n' "$2"
    else
        printf '  goal MISSED: %s\n' "$2"
        missed+=("$2")
    fi
}

# calc EXPRESSION [FORMAT]
calc() {
    awk "BEGIN { printf \"${2:-%.2f}\", $1 }"
}

# median NUMBER...: of an odd number of them
median() {
    printf '%s\n' "$@" | sort -g | sed -n "$((($# + 1) / 2))p"
}

# measure PLAN JOBS OUTPUT [OPTION...]: held, violated and unverified ones count alike.
measure() {
    local plan=$1 jobs=$2 output=$3 status=0
    shift 3
    say "Running faultplans/$plan.yaml with $jobs job(s) $*"
    "$release/relight" run "$top/faultplans/$plan.yaml" --jobs "$jobs" --json "$@" >"$output" ||
        status=$?
    case $status in
    0 | 1 | 4) ;;
    *) fail "relight run faultplans/$plan.yaml ended with $status" ;;
    esac
}

# counts FILE: the result without what may differ from run to run, which is time and memory.
counts() {
    jq -S 'del(.seconds, .inject_seconds) | del(.cells[] | .inject_seconds, .cpu_seconds, .peak_bytes)' "$1"
}

# same_counts LEFT RIGHT WHAT
same_counts() {
    diff <(counts "$1") <(counts "$2") >&2 || fail "counts differ $3"
    printf '  counts are the same %s\n' "$3"
}

# sum FILE MEMBER [VARIANT]: over the cells of a variant, or all.
sum() {
    jq --arg variant "${3:-}" --arg member "$2" \
        '[.cells[] | select(.name | startswith($variant)) | .[$member]] | add' "$1"
}

# rate FILE [VARIANT]: crash states a CPU-second.
rate() {
    calc "$(sum "$1" crash_states "${2:-}") / $(sum "$1" cpu_seconds "${2:-}")" %.0f
}

# ---- sections ----

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

section_campaign() {
    local variant ratio
    measure power-cut 1 "$work/campaign"
    measure naive 1 "$work/naive"
    measure snapshots 1 "$work/snapshots"
    measure power-cut 2 "$work/campaign-2-jobs"
    measure naive 2 "$work/naive-again"
    measure snapshots 2 "$work/snapshots-again"
    # The ratios compare the first variant alone: the others run none of it without merging.
    variant=$(jq -r '.cells[0].name | split("/")[0]' "$work/campaign")
    {
        printf 'what\tcrash states\tscenarios\truns\tdistinct states\tCPU s\tcrash states/CPU s\tMiB\n'
        row "default campaign, whole" "$work/campaign" ''
        row "default campaign, $variant" "$work/campaign" "$variant/"
        row naive "$work/naive" ''
        row snapshots "$work/snapshots" ''
    } | awk -F '\t' '{
        printf "  %-30s %12s %10s %10s %15s %9s %18s %6s\n", $1, $2, $3, $4, $5, $6, $7, $8
    }'
    ratio=$(calc "$(rate "$work/campaign" "$variant/") / $(rate "$work/naive")" %.1f)
    printf '  campaign/naive %s, campaign/snapshots %s\n' "$ratio" \
        "$(calc "$(rate "$work/campaign" "$variant/") / $(rate "$work/snapshots")" %.1f)"
    goal "$ratio >= 100" "the campaign is at least 100 times as fast as the naive way: $ratio"
    same_counts "$work/campaign" "$work/campaign-2-jobs" "for 1 and 2 jobs"
    same_counts "$work/naive" "$work/naive-again" "for 1 and 2 jobs, naive"
    same_counts "$work/snapshots" "$work/snapshots-again" "for 1 and 2 jobs, snapshots"
}

# injected_rate VARIANT: scenarios with an injected fault a second.
injected_rate() {
    jq --arg variant "$1" '.cells[] | select(.name == $variant) | .injected / .inject_seconds' \
        "$work/injected"
}

section_injected() {
    local way line=""
    measure injected 1 "$work/injected"
    measure injected 2 "$work/injected-2-jobs"
    for way in merge snapshots none; do
        line+=", $way $(calc "$(injected_rate $way)" %.0f)"
    done
    printf '  scenarios %s; a second: %s\n' "$(jq '.cells[0].injected' "$work/injected")" "${line:2}"
    same_counts "$work/injected" "$work/injected-2-jobs" "for 1 and 2 jobs, injected"
}

section_recoveries() {
    local rates=() i rate
    for i in 1 2 3; do
        measure recoveries 1 "$work/recoveries-$i"
        rates+=("$(calc "$(sum "$work/recoveries-$i" runs) / $(sum "$work/recoveries-$i" cpu_seconds)" %.0f)")
    done
    rate=$(median "${rates[@]}")
    printf '  whole recoveries a CPU-second: %s\n' "$rate"
    goal "$rate >= 3000" "at least 3,000 whole recoveries a second a core: $rate"
    same_counts "$work/recoveries-1" "$work/recoveries-2" "in two runs, recoveries"
}

# closed FILE
closed() {
    [[ $(jq '.closure.closed' "$1") == true ]]
}

# tell_closure LABEL FILE
tell_closure() {
    jq -r --arg title "$1" '
        (.cells | map(.cpu_seconds) | add) as $seconds
        | "  \($title): \(if .closure.closed then "closed" else "NOT CLOSED within the budget" end), "
          + "\(.closure.states) states, \(.crash_states) crash states, \(.closure.transitions) "
          + "transitions, \(.runs) runs, \($seconds * 10 | round / 10) CPU s, "
          + "\((.cells | map(.peak_bytes) | max) / 1048576 | ceil) MiB; "
          + "a CPU-second: \(.crash_states / $seconds | round) crash states, "
          + "\(.closure.states / $seconds | round) states"' "$2"
}

section_closure() {
    local i seconds=() states=() rates=() bytes one_start=full-size/memory=volatile/start=factory
    for i in 1 2 3; do
        measure closure 1 "$work/closure-$i" --only "$one_start" --budget "$budget"
        closed "$work/closure-$i" || break # the others would not close either
        seconds+=("$(jq .seconds "$work/closure-$i")")
        rates+=("$(rate "$work/closure-$i")")
        states+=("$(calc "$(jq .closure.states "$work/closure-$i") / $(sum "$work/closure-$i" cpu_seconds)" %.0f)")
    done
    tell_closure "one start state" "$work/closure-1"
    if [[ ${#seconds[@]} -lt 3 ]]; then
        goal 0 "closed within 120 s: not within $budget"
        return
    fi
    bytes=$(jq '[.cells[].peak_bytes] | max' "$work/closure-1")
    goal "$(median "${seconds[@]}") <= 120" "closed within 120 s: $(median "${seconds[@]}") s"
    goal "$bytes <= 4 * 2^30" "within 4 GiB: $(calc "$bytes / 2^20" %.0f) MiB"
    goal "$(median "${rates[@]}") >= 300000" \
        "at least 300,000 crash states a second a core: $(median "${rates[@]}")"
    goal "$(median "${states[@]}") >= 10000" \
        "at least 10,000 distinct states a second a core: $(median "${states[@]}")"
    same_counts "$work/closure-1" "$work/closure-2" "in two runs, closure"
}

# Sizes in turns: what slows one run down slows its neighbours down, too.
section_linearity() {
    local sizes=(64 512) size i ratios_states=() ratios_time=()
    $nightly && sizes=(64 512 1024)
    for i in 1 2 3; do
        for size in "${sizes[@]}"; do
            measure closure-scale 1 "$work/scale-$size-$i" --only "${size}k" --budget "$budget"
            if ! closed "$work/scale-$size-$i"; then
                tell_closure "${size} KiB" "$work/scale-$size-$i"
                goal 0 "linear from 64 to ${sizes[-1]} KiB: ${size} KiB is not closed"
                return
            fi
        done
    done
    for size in "${sizes[@]:1}"; do
        for i in 1 2 3; do
            ratios_states+=("$(calc "$(jq .closure.states "$work/scale-$size-$i") * 64 / $size / $(jq .closure.states "$work/scale-64-$i")" %.3f)")
            ratios_time+=("$(calc "$(sum "$work/scale-$size-$i" cpu_seconds) * 64 / $size / $(sum "$work/scale-64-$i" cpu_seconds)" %.3f)")
        done
        tell_closure "64 KiB" "$work/scale-64-1"
        tell_closure "$size KiB" "$work/scale-$size-1"
        goal "$(median "${ratios_states[@]}") <= 1.05" \
            "states at $size KiB within 1.05 of proportional: $(median "${ratios_states[@]}")"
        goal "$(median "${ratios_time[@]}") <= 1.5" \
            "time at $size KiB within 1.5 of proportional: $(median "${ratios_time[@]}")"
        ratios_states=()
        ratios_time=()
    done
}

section_workers() {
    local i ratios=() ratio
    if [[ $(nproc) -lt 2 ]]; then
        printf '  not measured: this machine has one processor\n'
        return
    fi
    for i in 1 2 3; do
        measure power-cut 1 "$work/one-$i" --only starts
        measure power-cut 2 "$work/two-$i" --only starts
        ratios+=("$(calc "$(jq .seconds "$work/one-$i") / $(jq .seconds "$work/two-$i")" %.3f)")
    done
    ratio=$(median "${ratios[@]}")
    goal "$ratio >= 1.6" "two workers at least 1.6 times one: $ratio"
    same_counts "$work/one-1" "$work/two-1" "for 1 and 2 jobs, starts"
}

section_emulator() {
    build_release ON measure
    "$release/bench/measure" >"$work/measure"
    jq -r '.emulator | "  update of \(.image_bytes) bytes: \(.board_operations) operations; "
        + "on the board \(.board_ns / 1000 | round) us, on plain arrays \(.array_ns / 1000 | round) us"' \
        "$work/measure"
    goal "$(jq .emulator.ratio "$work/measure") <= 15" \
        "the board costs at most 15 times plain arrays: $(jq .emulator.ratio "$work/measure")"
    jq -r '.primitives | "  memcpy \(.memcpy_bytes_per_second / 1e9 * 10 | round / 10) GB/s, "
        + "XXH3-128 \(.xxh3_bytes_per_second / 1e9 * 10 | round / 10) GB/s and \(.xxh3_page_ns) ns a page, "
        + "SHA-256 of 256 KiB \(.sha256_256k_ns / 1000 | round) us, "
        + "Ed25519 \(.ed25519_verify_ns / 1000 | round) us"' "$work/measure"
}

"$top/scripts/setup.sh" run test bench
build_release OFF relight

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for section in "${sections[@]}"; do
    printf '%s\n' "$section"
    "section_$section"
done
[[ ${#missed[@]} -eq 0 ]] || fail "goals missed: ${#missed[@]}"
