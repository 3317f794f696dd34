#!/usr/bin/env bash
# Runs every fuzz target for a while: tests/fuzz/run.sh BUILD_DIR SECONDS. What it finds stays in BUILD_DIR/corpus.
set -euo pipefail
build="$1"
seconds="$2"
here="$(dirname "${BASH_SOURCE[0]}")"
python3 "$here/make_corpus.py" "$build/corpus"
for source in "$here"/*_fuzz.cc; do
  name="$(basename "$source" .cc)"
  echo "== $name, $seconds s =="
  "$build/tests/fuzz/$name" -max_total_time="$seconds" -max_len=65536 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$build/$name-" "$build/corpus/$name"
done
