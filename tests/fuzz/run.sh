#!/usr/bin/env bash
# Fuzzes every target for some seconds each, 60 by default: tests/fuzz/run.sh [seconds [target...]]. Installs and builds
# what is missing. A finding fails the run and is kept in build/fuzz/findings/.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-60}
targets=("${@:2}")
if [ ${#targets[@]} -eq 0 ]; then
  targets=(rest_request json_request form_body http_framing configuration import_file dns_name record_content)
fi
deploy/install-packages.sh build fuzz
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz

findings=build/fuzz/findings
mkdir -p "$findings"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export seconds findings work TMPDIR=$work
python3 tests/fuzz/make_seeds.py "$work/seeds"

# One line of numbers; of a finding all that its report says, and its input.
fuzz() {
  local target=$1 log=$work/$1.log status=0 inputs
  mkdir -p "$work/$target"
  for inputs in "tests/fuzz/corpus/$target" "$work/seeds/$target"; do
    [ ! -d "$inputs" ] || cp -r "$inputs/." "$work/$target"
  done
  [ -n "$(ls "$work/$target")" ] || { echo "$target has nothing to start from"; return 1; }
  # PowerDNS's requests have some hundred bytes; what longer ones do is found with shorter ones, and sooner. An input
  # that hangs is to be found on a busy machine, not a store that is slow to be made there.
  "build/fuzz/targets/$target" -max_total_time="$seconds" -max_len=2048 -timeout=100 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$findings/$target-" "$work/$target" >"$log" 2>&1 || status=$?
  awk -v target="$target" -v finding="$([ "$status" -eq 0 ] && echo "no finding" || echo "A FINDING")" '
    /^stat::number_of_executed_units/ { executions = $2 }
    /^stat::average_exec_per_sec/ { rate = $2 }
    { for (i = 1; i < NF; ++i) if ($i == "cov:") coverage = $(i + 1) }
    END {
      printf "%-15s %9d executions, %6d a second, %5d places covered, %s\n",
        target, executions, rate, coverage, finding
    }
  ' "$log"
  [ "$status" -eq 0 ] && return
  grep -vE '^(#|INFO:|\s*NEW_FUNC)' "$log" | cut -c 1-500
  local input
  input=$(sed -n 's/.*Test unit written to //p' "$log")
  [ -n "$input" ] && echo "$input:" && od -A d -t x1z "$input"
  return 1
}
export -f fuzz
printf '%s\n' "${targets[@]}" | xargs -P "${#targets[@]}" -I{} bash -c 'fuzz {}' ||
  { echo "fuzzing: findings, see $findings/" >&2; exit 1; }
