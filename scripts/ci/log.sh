#!/usr/bin/env bash
# Prints its input with a prefix, so that no line of it is a command to the runner of GitHub Actions: those begin with :: or contain ##[.
# A carriage return ends a line there. Ends with its input, so that a signal loses none of the output.
set -euo pipefail
trap '' INT TERM HUP
while IFS= read -r line || [[ -n $line ]]; do
  line=${line//$'\r'/ }
  printf '| %s\n' "${line//'##['/'## ['}"
done
