# Sourced by the scripts beside it: the top folder, messages, and the release build.
# shellcheck shell=bash

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034 # used by the scripts that source this file
release=$top/build/release

say() {
    printf '%s\n' "$*" >&2
}

# Stops with exit code 3: what failed is the machine or the build, not what is under test.
fail() {
    say "$(basename "$0"): $*"
    exit 3
}

# build_release ON|OFF [TARGET]: configures with or without the tests and builds. What a compiler
# says goes to standard error, so that standard output stays the program's own.
build_release() {
    local tests=$1 target=${2:-all} fresh=()
    local cache=$release/CMakeCache.txt
    if [[ -f $cache ]]; then
        # A build folder that was copied along with its checkout names the other checkout.
        grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$top" "$cache" || fresh=(--fresh)
        # A build with tests stays one: only the target wanted is built.
        grep -qxF 'RELIGHT_TESTS:BOOL=ON' "$cache" && tests=ON
    fi
    (cd "$top" && cmake --preset release "${fresh[@]}" -DRELIGHT_TESTS="$tests" &&
        cmake --build --preset release --target "$target") </dev/null >&2 ||
        fail "the build failed; see the messages above"
}
