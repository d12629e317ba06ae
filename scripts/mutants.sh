#!/usr/bin/env bash
# The mutants of fault classes: fixtures/mutants/*.patch with a line `Class: ...`.
#
#   scripts/mutants.sh matrix [MUTANT...]   each mutant under every fault class of the catalogue's
#                                           plan, as a table on standard output; takes its time
#   scripts/mutants.sh table                runs `ctest -L mutants`, and writes the table in
#                                           fixtures/mutants/README.md again from what it found
#
# Exit code of matrix: 0 when each mutant is found by its own class, with its property, and by
# nothing else when that class is taken out of its cells; 1 otherwise.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mutants=$top/fixtures/mutants
plan=$top/faultplans/catalogue.yaml
relight=$release/relight

# header MUTANT FIELD
header() {
    sed -n "s/^$2: //p;/^---/q" "$mutants/$1.patch" | head -n 1
}

of_classes() {
    grep -l '^Class: ' "$mutants"/*.patch | while read -r patch; do basename "$patch" .patch; done
}

# run_plan OUTPUT ARGUMENTS...: a campaign's object; a verdict of any kind will do.
run_plan() {
    local output=$1 status=0
    shift
    "$relight" run --json --jobs "$(nproc)" "$@" "$plan" >"$output" || status=$?
    case $status in
    0 | 1 | 4) ;;
    *) fail "relight run $* ended with $status" ;;
    esac
}

# classes_found FILE: the classes of its findings, one a line. A finding of a second cut counts for
# nested-cut, too; one of the golden run is called golden.
classes_found() {
    jq -r '.findings[] | (.class // "golden"),
        (if (.token | test(" 2:")) then "nested-cut" else empty end)' "$1" | sort -u
}

# is_killed FILE CLASS PROPERTY
is_killed() {
    jq -e --arg class "$2" --arg property "$3" 'any(.findings[]; .property == $property and
        (.class == $class or ($class == "nested-cut" and (.token | test(" 2:")))))' \
        "$1" >/dev/null
}

# Which class each column is, and the head of the matrix.
print_legend() {
    local index=0 class
    printf 'Columns:\n'
    for class in "${classes[@]}"; do
        printf '  %2d %s\n' "$index" "$class"
        index=$((index + 1))
    done
    printf '\n  # found by its own class   x found by another class, too   . not found\n\n'
    printf '%-36s ' mutant
    for index in "${!classes[@]}"; do printf '%d' $((index / 10)); done
    printf '\n%-36s ' ''
    for index in "${!classes[@]}"; do printf '%d' $((index % 10)); done
    printf '  silent without  slowest cell\n'
}

# row MUTANT: judges it, and prints its line. False when it is not as its patch says.
row() {
    local own property found line='' class silent=no good=0
    own=$(header "$1" Class)
    property=$(header "$1" Property)
    run_plan "$work/all" --engine "$release/fixtures/mutants/$1.so"
    run_plan "$work/without" --engine "$release/fixtures/mutants/$1.so" --only "$own" \
        --without "$own"
    found=$(classes_found "$work/all")
    for class in "${classes[@]}"; do
        if ! grep -qxF "$class" <<<"$found"; then
            line+=.
        elif [[ $class == "$own" ]]; then
            line+='#'
        else
            line+=x
        fi
    done
    [[ $(jq -r .verdict "$work/without") == held ]] && silent=yes
    is_killed "$work/all" "$own" "$property" && [[ $silent == yes ]] || good=1
    printf '%-36s %s  %-14s  %.2f s%s\n' "$1" "$line" "$silent" \
        "$(jq '[.cells[].cpu_seconds] | max' "$work/all")" \
        "$([[ $good -eq 0 ]] || printf '  NOT AS ITS PATCH SAYS')"
    return $good
}

matrix() {
    local status=0 mutant
    mapfile -t classes < <("$relight" faults | grep -E '^[a-z]')
    [[ $# -gt 0 ]] || mapfile -t names < <(of_classes)
    [[ $# -eq 0 ]] || names=("$@")
    print_legend
    for mutant in "${names[@]}"; do
        row "$mutant" || status=1
    done
    return $status
}

table() {
    local rows=$release/ctest/work/mutants.table/table.md readme=$mutants/README.md status=0
    (cd "$release" && ctest -L mutants --parallel "$(nproc)" >&2) || status=$?
    [[ -f $rows ]] || fail "the tests of the mutants left no table; see above"
    [[ $status -eq 0 ]] || say "not all tests passed; the table itself may be why"
    awk -v rows="$rows" '
        /^\| mutant \| story \| class \|/ {
            while ((getline line < rows) > 0)
                print line
            inside = 1
        }
        inside && !/^\|/ { inside = 0 }
        !inside { print }' "$readme" >"$readme.new"
    mv "$readme.new" "$readme"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case ${1:-} in
matrix)
    "$top/scripts/setup.sh" run test bench
    build_release ON
    shift
    matrix "$@"
    ;;
table)
    "$top/scripts/setup.sh" run test
    build_release ON
    table
    ;;
*)
    say "usage: scripts/mutants.sh matrix [MUTANT...] | table"
    exit 2
    ;;
esac
