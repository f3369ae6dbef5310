#!/usr/bin/env bash
# Second half of a preview: with credentials, without code of the pull request. Verifies the artifact, plans each stack, comments, and stores
# the bundles where only deployers can read them.
#
#   scripts/ci/preview.sh ARTIFACT BASE OUT
#
# ARTIFACT: of the pull request. BASE: artifact of the base branch. OUT: folder of the reports.
# Environment: PULL_REQUEST, or HEAD and SHA; GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL; REPORT_URL, where the whole report is; BUNDLE_BUCKET,
# gs://... for the bundles, none when it is empty; CONFIG_ONLY=1 plans nothing, for pull requests of forks.
set -euo pipefail
artifact=$1 base=$2 out=$3

if [[ -n ${PULL_REQUEST:-} ]]; then
  where=(--pull-request "$PULL_REQUEST")
else
  where=(--head "$HEAD" --sha "$SHA")
fi
mkdir -p "$out"

if ! npx --no-install gke-platform artifact verify --head "$artifact" --base "$base" >"$out/stacks" 2>"$out/refusals"; then
  cat "$out/refusals" >&2
  {
    printf '## ⛔ not planned: this pull request changes what a plan would run, read or reach\n\n```text\n'
    tr -d '`' <"$out/refusals"
    printf '```\n\nMerge such a change by itself first, after a review of just that.\n'
  } >"$out/refused.md"
  npx --no-install gke-platform comment --file "$out/refused.md" --topic artifact "${where[@]}"
  exit 2
fi

# Plans hold secrets: of this user alone, and gone at the end.
bundles=$(mktemp -d)
trap 'rm -rf "$bundles"' EXIT
worst=0
while read -r stack; do
  reports=(--out "$out/$stack.md" --html "$out/$stack.html" --json "$out/$stack.json" --sarif "$out/$stack.sarif")
  mode=(--bundle "$bundles/$stack")
  if [[ ${CONFIG_ONLY:-} == 1 ]]; then mode=(--config-only); fi
  status=0
  npx --no-install gke-platform preview "$stack" --no-synth --out-dir "$artifact" --base "$base" --acknowledgements "$artifact/acknowledgements.json" \
    "${mode[@]}" "${reports[@]}" || status=$?
  if ((status > worst)); then worst=$status; fi
  if [[ ! -e $out/$stack.md ]]; then
    printf '## ❓ %s: there is no report, see the log of the run\n' "$stack" >"$out/$stack.md"
  fi
  npx --no-install gke-platform comment --file "$out/$stack.md" --topic "$stack" --more "$REPORT_URL" "${where[@]}"
  # Named by its digest, which is all that GitHub ever gets of it. What the guard refuses is not there to be deployed.
  if [[ $status -eq 0 && -n ${BUNDLE_BUCKET:-} && -e $bundles/$stack/bundle.json ]]; then
    digest=$(sha256sum "$bundles/$stack/bundle.json" | cut -d ' ' -f 1)
    gcloud storage cp --recursive --no-clobber "$bundles/$stack" "$BUNDLE_BUCKET/$digest/"
  fi
  rm -rf "${bundles:?}/$stack"
done <"$out/stacks"
exit "$worst"
