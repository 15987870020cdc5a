#!/usr/bin/env bash
# Formatting (clang-format) and lint (clang-tidy) of all sources; a finding is an error. tests/lint.sh --fix formats.
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/install-packages.sh build test lint
mapfile -t sources < <(git ls-files 'db/*.h' 'db/*.cpp' 'backend/*.h' 'backend/*.cpp' 'tests/*.h' 'tests/*.cpp')
if [ "${1:-}" = --fix ]; then
  clang-format -i "${sources[@]}"
  exit
fi
clang-format --dry-run -Werror "${sources[@]}"

# A tree of its own, each source alone: clang cannot read headers that gcc has precompiled.
cmake --preset release -B build/lint -DBUILD_TESTING=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DCMAKE_UNITY_BUILD=OFF >/dev/null
# The tests follow the same style, but GoogleTest's macros do not: only the product is linted.
git ls-files 'db/*.cpp' 'backend/*.cpp' | xargs -P "$(nproc)" -n 3 clang-tidy -p build/lint --quiet
echo "formatting and lint: clean"
