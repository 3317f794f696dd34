#!/usr/bin/env bash
# Runs every fuzz target for a while: tests/fuzz/run.sh BUILD_DIR SECONDS [TARGET...]. It starts from the corpus in the tree; what it
# grows stays in BUILD_DIR/corpus, and a finding in BUILD_DIR/findings: mend the decoder, and keep the input in the tree's corpus.
set -euo pipefail
build="$1"
seconds="$2"
shift 2
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
mkdir -p "$build/findings"
targets=("$@")
if ((${#targets[@]} == 0)); then
  for source in "$here"/*_fuzz.cc; do targets+=("$(basename "$source" .cc)"); done
fi
found=()
for name in "${targets[@]}"; do
  echo "== $name, $seconds s =="
  mkdir -p "$build/corpus/$name"
  "$build/tests/fuzz/$name" -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$build/findings/$name-" "$build/corpus/$name" "$here/corpus/$name" || found+=("$name")
done
if ((${#found[@]})); then
  echo "Findings of ${found[*]} are in $build/findings."
  exit 1
fi
echo "${#targets[@]} targets, no finding."
