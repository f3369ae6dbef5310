import { COMMAND_DIRECTORY, SECRET_COMMAND } from '../../cassandra-contract/node-commands';

/** Command that reads a secret. */
export const SECRET_READER = `${COMMAND_DIRECTORY}/${SECRET_COMMAND}`;

/**
 * Script of the command. Uses the VM's service account. The token never appears on a command line, which every user of the VM could read.
 */
export function secretReader(projectId: string): string {
  return String.raw`#!/bin/bash
# ${SECRET_COMMAND} NAME [VERSION]: prints a version of a secret of this project, the newest one by default.
# ${SECRET_COMMAND} --status NAME FILE: writes it to FILE, and prints the HTTP status, 000 without an answer.
set -euo pipefail
umask 077

read_token() {
  curl -fsS -m 10 -H 'Metadata-Flavor: Google' \
    http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token |
    sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p'
}

read_secret() {
  local name=$1 target=$2 version=$3 answer status token
  # Without a token the answer would be a no.
  token=$(read_token) || token=''
  if [[ -z $token ]]; then
    echo 000
    return
  fi
  answer=$(mktemp -p /run)
  status=$(curl -sS -m 20 -o "$answer" -w '%''{http_code}' --config - \
    "https://secretmanager.googleapis.com/v1/projects/${projectId}/secrets/$name/versions/$version:access" \
    <<<"header = \"Authorization: Bearer $token\"") || status=000
  if [[ $status == 200 ]]; then
    tr -d '\n' <"$answer" | sed -n 's/.*"data" *: *"\([^"]*\)".*/\1/p' | base64 --decode >"$target"
  fi
  rm -f "$answer"
  echo "$status"
}

if [[ $1 == --status ]]; then
  read_secret "$2" "$3" latest
  exit
fi
value=$(mktemp -p /run)
trap 'rm -f "$value"' EXIT
version=latest
if [[ $# -gt 1 ]]; then version=$2; fi
status=$(read_secret "$1" "$value" "$version")
if [[ $status != 200 ]]; then
  echo "secret $1 cannot be read (HTTP $status)" >&2
  exit 1
fi
cat "$value"
`;
}
