#!/usr/bin/env bash
# Formatting (clang-format), lint (clang-tidy) and the length of lines; a finding is an error. tests/lint.sh --fix
# formats.
set -euo pipefail
cd "$(dirname "$0")/.."
case ${*:-} in
  "" | --fix) ;;
  *)
    echo "$0: --fix is the only argument that it takes, not \"$*\"" >&2
    exit 64
    ;;
esac

deploy/install-packages.sh build test lint
mapfile -t sources < <(git ls-files 'db/*.h' 'db/*.cpp' 'backend/*.h' 'backend/*.cpp' 'tests/*.h' 'tests/*.cpp')
if [ "${1:-}" = --fix ]; then
  clang-format -i "${sources[@]}"
  exit
fi
clang-format --dry-run -Werror "${sources[@]}"

# Lines have at most 120 characters; those of C++ are clang-format's. A program writes RESULTS.md.
mapfile -t texts < <(git ls-files '*.py' '*.md' '*.sh' 'deploy/*' ':!tests/bench/RESULTS.md')
if LC_ALL=C.UTF-8 grep -HnE '^.{121,}$' "${texts[@]}"; then
  echo "$0: these lines have more than 120 characters" >&2
  exit 1
fi

# A tree of its own: clang cannot read headers that gcc has precompiled. The sources are read in batches, so that each
# header is read once a batch. The tests follow the same style, but GoogleTest's macros do not: only the product is
# linted.
cmake --preset release -B build/lint -DBUILD_TESTING=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
  -DCMAKE_UNITY_BUILD_BATCH_SIZE=32 >/dev/null
cmake --build build/lint --target generated/embedded_migrations.cpp >/dev/null
mapfile -t batches < <(find build/lint -path '*/Unity/*.cxx')
[ ${#batches[@]} -gt 0 ] || { echo "$0: there is nothing to lint in build/lint" >&2; exit 1; }
printf '%s\0' "${batches[@]}" |
  xargs -0 -P "$(nproc)" -n 1 clang-tidy -p build/lint --quiet 2> >(grep -v ' generated\.$' >&2)
echo "formatting and lint: clean"
