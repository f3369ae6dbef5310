#!/usr/bin/env bash
# Restores the newest backup of a stack to temporary disks and reads it back.
#
#   scripts/ci/drill.sh ARTIFACT OUT
#
# ARTIFACT: synthesized stacks, packed as an artifact. OUT: folder of the proof, its badge and its summary.
# Environment: STACK; DRILL_KEY, the private key that signs the proof, none when it is empty; DRILL_BUCKET, gs://... for the proof, none when it is
# empty; GITHUB_STEP_SUMMARY. Assertions of the application are in environments/STACK.assertions.json.
set -euo pipefail

main() {
  local artifact=$1 out=$2 status=0
  if [[ ! $STACK =~ ^[A-Za-z0-9][A-Za-z0-9_-]*$ ]]; then
    printf "the stack must be a name, got '%s'\n" "$STACK"
    exit 1
  fi
  mkdir -p "$out"
  local options=(--no-synth --out-dir "$artifact" --out "$out/proof.json" --badge "$out/badge.json" --summary "$out/summary.md")
  if [[ -e environments/$STACK.assertions.json ]]; then options+=(--assertions "environments/$STACK.assertions.json"); fi
  if [[ -n ${DRILL_KEY:-} ]]; then
    key=$(mktemp)
    trap 'rm -f "$key"' EXIT
    printf '%s\n' "$DRILL_KEY" >"$key"
    options+=(--key "$key")
  fi
  unset DRILL_KEY
  npx --no-install gke-platform cassandra drill "$STACK" "${options[@]}" || status=$?
  if [[ -e $out/summary.md ]]; then cat "$out/summary.md" >>"$GITHUB_STEP_SUMMARY"; fi
  # Also the proof of a failure: it replaces an older one that passed.
  if [[ -n ${DRILL_BUCKET:-} && -e $out/proof.json ]]; then
    gcloud storage cp "$out/proof.json" "$out/badge.json" "$DRILL_BUCKET/$STACK/" || status=1
  fi
  exit "$status"
}

# What is printed has values that assertions found.
main "$@" 2>&1 | "$(dirname "${BASH_SOURCE[0]}")/log.sh"
