import type { NodeFile } from '../node-files/node-file';

/** Shell functions that write files idempotently and record changes. */
export const FILES = String.raw`
# Files, one a line, that changed and that a running Cassandra has read before.
STALE=''
WROTE=no

# write_file PATH MODE: writes standard input when it differs from the file; sets WROTE to yes or no.
# Not at the end of a pipe: a subshell would lose WROTE.
write_file() {
  local target=$1 mode=$2 new
  new=$(mktemp -p /run)
  cat >"$new"
  if cmp -s "$new" "$target"; then
    rm "$new"
    WROTE=no
    return
  fi
  install -D -m "$mode" "$new" "$target.new"
  rm "$new"
  # Takes the place of a link to /dev/null too, as systemctl mask leaves it.
  mv -f "$target.new" "$target"
  WROTE=yes
  log "wrote $target"
}

# The same for a file that a running Cassandra has read before.
write_start_file() {
  write_file "$@"
  if [[ $WROTE == yes ]]; then STALE+="$1"$'\n'; fi
}
`;

/** Renders the commands that write files. */
export function writeFiles(files: readonly NodeFile[]): string {
  return files
    .map(
      ({ path, mode = '0644', readAtStart = false, content }) =>
        `  ${readAtStart ? 'write_start_file' : 'write_file'} ${path} ${mode} <<'END_OF_FILE'\n${content}END_OF_FILE\n`,
    )
    .join('');
}
