#!/usr/bin/env bash
# bench/run.sh BUILD_DIR [MEGABYTES]: measures what is built there and writes bench/results/<date>.md. What the figures mean: bench/README.md.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly here
if (($# < 1 || $# > 2)); then
  echo "usage: bench/run.sh BUILD_DIR [MEGABYTES of change log per table, default 128]" >&2
  exit 2
fi
readonly build="$1" megabytes="${2:-128}"
work="$(mktemp -d)"
readonly work
trap 'rm -rf "$work"' EXIT

echo "Decode against the reference walk ..."
# The context lines of the benchmark library go to standard error: they name the host and the program's place, which the page must not.
"$build/bench/otsstream_bench_decode" --benchmark_min_time=0.3 --benchmark_repetitions=3 --benchmark_report_aggregates_only=true \
  --benchmark_out_format=json --benchmark_out="$work/decode.json" >"$work/decode.txt" 2>"$work/decode.err" ||
  { cat "$work/decode.err" >&2; exit 1; }

python3 "$here/measure.py" --build "$build" --megabytes "$megabytes" --work "$work" --results "$here/results"
