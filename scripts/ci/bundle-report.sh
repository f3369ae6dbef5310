#!/usr/bin/env bash
# Prints the report of a bundle into the summary of the job, for the approval of its digest. Environment: STACK, DIGEST, BUNDLE_BUCKET,
# GITHUB_STEP_SUMMARY. Only tools of the runner run here: the identity of the job can read plans, which hold secrets.
set -euo pipefail

fail() {
  printf '%s\n' "$1"
  exit 1
}

main() {
  [[ $STACK =~ ^[A-Za-z0-9][A-Za-z0-9_-]*$ ]] || fail "the stack must be a name, got '$STACK'"
  [[ $DIGEST =~ ^sha256:[0-9a-f]{64}$ ]] || fail "the digest must be sha256: and 64 hexadecimal digits, got '$DIGEST'"
  local folder from=$BUNDLE_BUCKET/${DIGEST#sha256:}/$STACK name='' made='' recorded=''
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  for file in bundle.json report.md; do
    gcloud storage cp "$from/$file" "$folder" || fail "the bundle of $STACK with this digest must have $file: run a new preview"
  done
  [[ $DIGEST == "$(digest_of "$folder/bundle.json")" ]] || fail 'bundle.json must have the digest that is to be approved, got another one'
  # The digest is that of the manifest, which has those of the files.
  read -r name made recorded < <(node -p '
    const { stack, madeAt, files } = JSON.parse(fs.readFileSync(process.argv[1], "utf8"));
    [stack, madeAt, files["report.md"]].join(" ")' "$folder/bundle.json")
  [[ $name == "$STACK" ]] || fail "the bundle must be of stack $STACK, got $name"
  [[ $recorded == "$(digest_of "$folder/report.md")" ]] || fail 'report.md must be as in the manifest of the bundle, got another file'
  {
    printf '> Report of the bundle with digest %s, made at %s. An approval deploys exactly this plan.\n\n' "$DIGEST" "$made"
    cat "$folder/report.md"
  } >>"$GITHUB_STEP_SUMMARY"
  cat "$folder/report.md"
}

digest_of() {
  printf 'sha256:%s' "$(sha256sum "$1" | cut -d ' ' -f 1)"
}

# What is printed has texts of the pull request.
main 2>&1 | "$(dirname "${BASH_SOURCE[0]}")/log.sh"
