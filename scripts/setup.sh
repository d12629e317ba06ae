#!/usr/bin/env bash
# Installs what Relight needs on Debian 12, as root or through sudo. Says what it installs; does
# nothing when all is there.
#
#   scripts/setup.sh [run|test|bench]...     default: run test
#
#   run     what building and running relight takes
#   test    what the tests take on top
#   bench   what scripts/bench.sh takes on top
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

run_packages=(gcc libc6-dev cmake ninja-build pkg-config
    libfyaml-dev libsqlite3-dev libsodium-dev libxxhash-dev libjansson-dev seabios)
test_packages=(libcmocka-dev patch clang clang-format clang-tidy cppcheck shellcheck
    gcc-arm-none-eabi gdb)
bench_packages=(jq)

usage() {
    say "usage: scripts/setup.sh [run|test|bench]..."
    exit 2
}

installed() {
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >&2
    elif command -v sudo >/dev/null; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@" >&2
    else
        fail "installing packages takes root or sudo; run as root: apt-get install ${missing[*]}"
    fi
}

wanted=()
[[ $# -gt 0 ]] || set -- run test
for set_name in "$@"; do
    case $set_name in
    run) wanted+=("${run_packages[@]}") ;;
    test) wanted+=("${test_packages[@]}") ;;
    bench) wanted+=("${bench_packages[@]}") ;;
    *) usage ;;
    esac
done

command -v dpkg-query >/dev/null ||
    fail "this is no Debian system; install the counterparts of: ${wanted[*]}"
missing=()
for package in "${wanted[@]}"; do
    installed "$package" || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

say "Installing with apt-get: ${missing[*]}"
# Another apt may be at work, as it is on a machine that has just started: wait for it.
apt=(apt-get -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
as_root "${apt[@]}" update || fail "apt-get update failed; see above"
as_root "${apt[@]}" install --no-install-recommends "${missing[@]}" ||
    fail "apt-get install failed; see above"
say "Installed: ${missing[*]}"
