#!/usr/bin/env bash
# Second half of a preview: with credentials, without code of the pull request. Verifies the artifact, plans each stack, stores the bundles where
# only deployers can read them, and comments.
#
#   scripts/ci/preview.sh ARTIFACT BASE OUT
#
# ARTIFACT: of the pull request. BASE: artifact of the base branch. OUT: folder of the reports.
# Environment: PULL_REQUEST, or HEAD and SHA; GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL; REPORT_URL, where the whole report is; BUNDLE_BUCKET,
# gs://... for the bundles, none when it is empty; CONFIG_ONLY=1 plans nothing, for pull requests of forks.
set -euo pipefail

platform() {
  npx --no-install gke-platform "$@"
}

main() {
  local artifact=$1 base=$2 out=$3 stack report bundle digest unpinned status=0 worst=0
  local where=(--more "$REPORT_URL" ${SHA:+--sha "$SHA"})
  if [[ -n ${PULL_REQUEST:-} ]]; then where+=(--pull-request "$PULL_REQUEST"); else where+=(--head "$HEAD"); fi
  mkdir -p "$out"

  # Plans hold secrets: of this user alone, and gone at the end.
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  # What arrived is only read. What was verified is written again, and only that is planned.
  local checked=$work/checked
  platform artifact verify --head "$artifact" --base "$base" --out "$checked" >"$out/stacks" 2>"$out/refusals" || status=$?
  cat "$out/refusals"
  if [[ $status -ne 0 || ! -s $out/stacks ]]; then
    platform artifact withdraw --base "$base" --reasons "$out/refusals" "${where[@]}"
    exit 2
  fi

  while read -r stack; do
    report=$out/$stack.md bundle=$work/bundles/$stack unpinned='' status=0
    rm -f "$report"
    plan "$stack" || status=$?
    # Named by its digest, which is all that GitHub ever gets of it. What the guard refuses is not there to be deployed.
    if [[ $status -eq 0 && -n ${BUNDLE_BUCKET:-} && -e $bundle/bundle.json ]]; then
      digest=$(sha256sum "$bundle/bundle.json" | cut -d ' ' -f 1)
      gcloud storage cp --recursive --no-clobber "$bundle" "$BUNDLE_BUCKET/$digest/" || { status=1 && rm -f "$report"; }
    fi
    rm -rf "$bundle"
    if [[ ! -e $report ]]; then
      printf '## ❓ %s: not planned\n\nThere is no report, see the log of the run.\n' "$stack" >"$report"
    fi
    if [[ -n $unpinned ]]; then printf '\n⚠️ %s\n' "$unpinned" >>"$report"; fi
    platform comment --file "$report" --topic "$stack" "${where[@]}" || status=1
    if ((status > worst)); then worst=$status; fi
  done <"$out/stacks"
  exit "$worst"
}

# Plans the stack $1 of the checked artifact.
plan() {
  local stack=$1 init=''
  local mode=(--bundle "$work/bundles/$stack")
  local reports=(--out "$out/$stack.md" --html "$out/$stack.html" --json "$out/$stack.json" --sarif "$out/$stack.sarif")
  if [[ ${CONFIG_ONLY:-} == 1 ]]; then
    mode=(--config-only)
  elif [[ -e $checked/stacks/$stack/.terraform.lock.hcl ]]; then
    init=-lockfile=readonly
  else
    unpinned="plugin checksums are not pinned: the base branch has no terraform-locks/$stack.hcl"
    printf '%s: %s\n' "$stack" "$unpinned"
  fi
  TF_CLI_ARGS_init=$init platform preview "$stack" --no-synth --out-dir "$checked" --base "$base" \
    --acknowledgements "$checked/acknowledgements.json" "${mode[@]}" "${reports[@]}"
}

# What is printed has texts of the pull request.
main "$@" 2>&1 | "$(dirname "${BASH_SOURCE[0]}")/log.sh"
