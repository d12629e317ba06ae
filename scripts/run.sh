#!/usr/bin/env bash
# Installs what is missing, builds build/release/relight, and runs a fault plan on all processors.
#
#   scripts/run.sh [PLAN] [OPTIONS OF relight run]     default plan: faultplans/power-cut.yaml
#
# Standard output and exit code are those of relight: 0 held, 1 violated, 2 wrong use, 3 the harness
# failed, 4 unverified. A machine that cannot build Relight counts as 3.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

plan=$top/faultplans/power-cut.yaml
if [[ $# -gt 0 && $1 != -* ]]; then
    plan=$1
    shift
fi

"$top/scripts/setup.sh" run
build_release OFF relight
exec "$release/relight" run "$plan" --jobs "$(nproc)" "$@"
