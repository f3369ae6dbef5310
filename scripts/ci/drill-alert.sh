#!/usr/bin/env bash
# Opens an issue about drills that did not pass, or adds a comment to the open one.
#
#   scripts/ci/drill-alert.sh DRILLS
#
# DRILLS: folder with a folder drill-STACK for each drill that left a result. Environment: STACKS, JSON list of all stacks; RUN_URL; GH_TOKEN and
# GH_REPO for gh.
set -euo pipefail

readonly TITLE='Backup drill did not pass'

main() {
  local drills=$1 text number stacks stack
  text=$(mktemp)
  trap 'rm -f "$text"' EXIT
  stacks=$(node -p 'JSON.parse(process.env.STACKS).join("\n")')
  {
    printf 'The backups are not known to be restorable. [Run](%s)\n\n' "$RUN_URL"
    for stack in $stacks; do
      if [[ ! -e $drills/drill-$stack/summary.md ]]; then
        printf '## ❌ %s: there is no result of its drill\n\n' "$stack"
      elif ! grep -q '^## ✅' "$drills/drill-$stack/summary.md" || grep -q '^Not removed:' "$drills/drill-$stack/summary.md"; then
        cat "$drills/drill-$stack/summary.md"
      fi
    done
  } >"$text"
  # A comment of GitHub has at most 65536 characters.
  if [[ $(wc -c <"$text") -gt 60000 ]]; then printf 'Backup drills did not pass: %s\n' "$RUN_URL" >"$text"; fi
  number=$(gh issue list --state open --limit 100 --json number,title --jq "[.[] | select(.title == \"$TITLE\")][0].number // empty")
  if [[ -n $number ]]; then
    gh issue comment "$number" --body-file "$text"
  else
    gh issue create --title "$TITLE" --body-file "$text"
  fi
}

main "$@" 2>&1 | "$(dirname "${BASH_SOURCE[0]}")/log.sh"
