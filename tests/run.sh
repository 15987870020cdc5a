#!/usr/bin/env bash
# Builds and runs all tests on a fresh Debian 12 as root: tests/run.sh [preset...], release by default; also debug, asan
# and tsan (CMakePresets.json). Installs what is missing. Ends with ctest's summary, and its status.
set -euo pipefail
cd "$(dirname "$0")/.."

presets=("$@")
[ ${#presets[@]} -gt 0 ] || presets=(release)
deploy/install-packages.sh build run test
for preset in "${presets[@]}"; do
  echo "=== $preset"
  cmake --preset "$preset" -DBUILD_TESTING=ON >/dev/null
  cmake --build --preset "$preset"
  # Many tests mostly wait; sanitizers take the time of those that have a deadline.
  more=0
  [ "$preset" != release ] || more=1
  ctest --preset "$preset" --parallel "$(($(nproc) + more))"
done
