#!/usr/bin/env bash
# Measures and writes tests/bench/RESULTS.md:
# tests/bench/run.sh [dns] [cost] [zones] [health] [dnssec] [memory] [load] [soak]
# Without arguments: all but soak, which takes 30 minutes. Parts that are not measured now keep their last figures.
# Needs root; dnsperf and perf are installed. The machine should have nothing else to do.
set -euo pipefail
cd "$(dirname "$0")/../.."

deploy/install-packages.sh build run test bench
cmake --preset release -DBUILD_TESTING=ON >/dev/null
cmake --build --preset release --target mxbalance fixed_backend lookup_load
export MXBALANCE_BINARY=$PWD/build/release/mxbalance MXBALANCE_SOURCE_DIR=$PWD
exec /usr/bin/python3 -B tests/bench/bench.py "$@"
