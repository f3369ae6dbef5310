import { basename } from 'node:path/posix';
import { CASSANDRA_YAML, JOINED_FILE } from '../../cassandra-contract/node-paths';
import type { CassandraConfiguration } from '../cassandra-configuration';
import { joinedIdentity } from '../node-files/identity';

/** Phases for the identity on the data disk: checked before Cassandra starts, and written once the node has joined the ring. */
export function joinedPhases(configuration: CassandraConfiguration): string {
  return `
# --- what the data disk remembers ---

readonly JOINED=$DATA/${basename(JOINED_FILE)}
# How a node that is not part of the ring yet becomes it: bootstrap or replace. A start that was cut off goes on in the same way.
readonly JOINING=$DATA/joining
# A seed that begins the ring has this file until it has joined.
readonly BEGINNING=$DATA/beginning

joined_identity() {
  cat <<'END_OF_FILE'
${joinedIdentity(configuration)}END_OF_FILE
}
${JOINED_PHASES}`;
}

const JOINED_PHASES = String.raw`
holds_data() {
  [[ -n $(find "$DATA/data/system" -name '*-Data.db' -print -quit 2>/dev/null) ]]
}

# Prints the value of a key in a file of KEY=VALUE lines.
saying() {
  sed -n "s/^$1=//p" "$2"
}

must_stay() {
  local words=$1 key=$2 before now
  before=$(saying "$key" "$JOINED")
  now=$(joined_identity | sed -n "s/^$key=//p")
  if [[ $before != "$now" ]]; then
    refuse_disk refused-identity "the data disk joined the ring with $words '$before', and the configuration has '$now'"
  fi
}

is_older() {
  [[ $1 != "$2" && $(printf '%s\n' "$1" "$2" | sort -V | sed -n 1p) == "$1" ]]
}

# Cassandra would find these out late, after it has begun to write, or not at all.
check_joined() {
  local before installed format
  if [[ ! -e $JOINED ]]; then
    return
  fi
  must_stay 'cluster name' cluster_name
  must_stay 'data centre' datacenter
  must_stay rack rack
  must_stay 'number of tokens' num_tokens
  before=$(saying cassandra_version "$JOINED")
  installed=$(installed_version)
  if is_older "$installed" "$before"; then
    refuse_disk refused-version "the data disk was last used by Cassandra $before, and $installed is installed: a disk does not go back"
  fi
  format=$(newer_format)
  if [[ -n $format ]]; then
    refuse_disk refused-version "the data disk has files of a Cassandra newer than $installed: $format"
  fi
  if ! holds_data; then
    refuse_disk refused-empty-disk 'the data disk joined the ring and holds no data any more: restore it from a snapshot, or replace the node'
  fi
}

# A table file in a format that 5.0 does not know: it writes up to oa, and up to da where tables are indexed by tries.
newer_format() {
  local files
  files=$(find "$DATA/data/system" -name '*-Data.db' -printf '%f\n' 2>/dev/null) || files=''
  awk -F- '/-big-/ && $1 > "oa" || /-bti-/ && $1 > "da" { print; exit }' <<<"$files"
}

# The node is part of the ring: from now on its disk is the node.
mark_joined() {
  if [[ ! -e $JOINED || $(saying cassandra_version "$JOINED") != "$(installed_version)" ]]; then
    remember_identity
  fi
  rm -f "$REPLACE_DISK"
  if [[ -e $JOINING || -e $BEGINNING ]]; then
    rm -f "$JOINING" "$BEGINNING" "$FIRST_START_OPTIONS"
    # Cassandra reads the seeds again and again: nothing is pending.
    write_file ${CASSANDRA_YAML} 0644 <<<"$(cassandra_yaml)"
    nodetool reloadseeds >/dev/null
  fi
}

remember_identity() {
  local new=$JOINED.new version host_id
  version=$(nodetool version | sed -n 's/^ReleaseVersion: *//p')
  host_id=$(nodetool info | sed -n 's/^ID *: *//p')
  {
    joined_identity
    printf 'cassandra_version=%s\nhost_id=%s\n' "$version" "$host_id"
  } >"$new"
  # Its time is that of the joining.
  if [[ -e $JOINED ]]; then touch -r "$JOINED" "$new"; fi
  sync "$new"
  mv "$new" "$JOINED"
  sync "$DATA"
}
`;
