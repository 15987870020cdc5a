#!/usr/bin/env bash
# Builds and runs all tests on a fresh Debian 12 as root: tests/run.sh [preset...], release by default; also debug, asan
# and tsan (CMakePresets.json). Installs what is missing. Ends with ctest's summary, and its status.
# tests/run.sh --under-load [preset...] runs each test three times while other processes keep every core busy: what
# fails then and not before waits too short, or depends on what comes first.
set -euo pipefail
cd "$(dirname "$0")/.."

repeat=()
if [ "${1-}" = --under-load ]; then
  shift
  repeat=(--repeat until-fail:3)
fi
presets=("$@")
[ ${#presets[@]} -gt 0 ] || presets=(release)
deploy/install-packages.sh build run test

load=()
finish() { [ ${#load[@]} -eq 0 ] || kill "${load[@]}" 2>/dev/null || true; }
trap finish EXIT
trap 'exit 130' INT TERM
keep_cores_busy() {
  for _ in $(seq "$(($(nproc) * 2))"); do
    (while :; do :; done) &
    load+=($!)
  done
}

for preset in "${presets[@]}"; do
  echo "=== $preset"
  cmake --preset "$preset" -DBUILD_TESTING=ON >/dev/null
  cmake --build --preset "$preset"
  # Many tests mostly wait; sanitizers take the time of those that have a deadline.
  more=0
  [ "$preset" != release ] || more=$(nproc)
  [ ${#repeat[@]} -eq 0 ] || [ ${#load[@]} -gt 0 ] || keep_cores_busy
  ctest --preset "$preset" --parallel "$(($(nproc) + more))" "${repeat[@]}"
done
