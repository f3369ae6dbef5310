#!/usr/bin/env bash
# Applies the bundle of a digest. Environment: STACK, DIGEST, BUNDLE_BUCKET.
set -euo pipefail

main() {
  if [[ ! $STACK =~ ^[A-Za-z0-9][A-Za-z0-9_-]*$ ]]; then
    printf "the stack must be a name, got '%s'\n" "$STACK"
    exit 1
  fi
  if [[ ! $DIGEST =~ ^sha256:[0-9a-f]{64}$ ]]; then
    printf "the digest must be sha256: and 64 hexadecimal digits, got '%s'\n" "$DIGEST"
    exit 1
  fi
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  gcloud storage cp --recursive "$BUNDLE_BUCKET/${DIGEST#sha256:}/*" "$folder"
  npx --no-install gke-platform deploy "$STACK" --bundle "$folder/$STACK" --digest "$DIGEST"
}

# What is printed has texts of the pull request.
main 2>&1 | "$(dirname "${BASH_SOURCE[0]}")/log.sh"
