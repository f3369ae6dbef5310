import { PLATFORM_KEYSPACE } from '../../cassandra-contract/keyspaces';
import {
  AUTHORITY_FILE,
  CASSANDRA_YAML,
  INTERNODE_AUTHORITY_FILE,
  NODE_KEY_FILE,
  REBUILD_COMPLETE_FILE,
  REBUILD_DIRECTORY,
} from '../../cassandra-contract/node-paths';
import { STORAGE_PORT } from '../../cassandra-contract/ports';
import { quoteShell } from '../../core/quote';
import type { CassandraConfiguration } from '../cassandra-configuration';

/**
 * Phases of a ring that joins an existing one as another data center; none for other rings.
 *
 * A node with an empty disk first observes the ring: it learns the schema and is no member. It becomes a member without rows, and takes no
 * clients until `gke-platform cassandra rebuild` has copied and compared them.
 */
export function secondDatacenterPhases({ joins }: Pick<CassandraConfiguration, 'joins'>): string {
  if (joins === undefined) return '';
  return `
# --- the data center that this ring joins ---

readonly OTHER_DATACENTER=${quoteShell(joins.datacenter)}
readonly OTHER_SEEDS=${quoteShell(joins.seeds.join(','))}
readonly REBUILD=${REBUILD_DIRECTORY}

other_authorities() {
  cat <<'END_OF_FILE'
${joins.certificateAuthority.trim()}
END_OF_FILE
}

ask_storage_ports() {
  /usr/bin/python3 - "$@" <<'END_OF_PROGRAM'
${ASK}END_OF_PROGRAM
}
${PHASES}`;
}

/** Prints the outcome for each seed. A connection that stays open is trusted on both sides: a refusal arrives after the handshake. */
const ASK = `import socket
import ssl
import sys

for seed in sys.argv[1].split(','):
    context = ssl.create_default_context(cafile='${INTERNODE_AUTHORITY_FILE}')
    context.check_hostname = False
    context.load_cert_chain('${NODE_KEY_FILE}')
    try:
        plain = socket.create_connection((seed, ${STORAGE_PORT}), timeout=5)
    except OSError as error:
        print('silent %s: %s' % (seed, error))
        continue
    with plain:
        plain.settimeout(5)
        try:
            with context.wrap_socket(plain) as connection:
                connection.settimeout(2)
                try:
                    if not connection.recv(1):
                        raise OSError('it closed the connection')
                except socket.timeout:
                    pass
                print('answers %s' % seed)
        except ssl.SSLCertVerificationError as error:
            print('refused %s: its certificate is not of an authority in joins.certificateAuthority: %s' % (seed, error.verify_message))
        except OSError as error:
            print('refused %s: it does not trust the authority of this ring, or does not speak TLS: %s' % (seed, error))
`;

const PHASES = `
# This node is no member yet, and learns the schema.
is_observer() {
  [[ ! -e $JOINED && -e $JOINING && $(<"$JOINING") == observe ]]
}

is_without_rows() {
  [[ ! -e $JOINED && -e $JOINING && $(<"$JOINING") =~ ^(observe|rebuild)$ ]]
}

# Between nodes alone: clients trust the authority of this ring only.
trust_datacenter() {
  write_file ${INTERNODE_AUTHORITY_FILE} 0640 <<<"$(cat ${AUTHORITY_FILE}; other_authorities)"
  if [[ $WROTE == yes ]]; then TLS_CHANGED=yes; fi
  chown root:cassandra ${INTERNODE_AUTHORITY_FILE}
}

# Until its rows are complete, the disk has a second marker: a script without the other data center refuses it instead of letting clients in.
keep_closed() {
  mkdir -p "$REBUILD"
  if [[ ! -e $REBUILD/$(basename "$MARKER") ]]; then
    echo "# The rows of this disk are not complete: they are copied from data center $OTHER_DATACENTER." >"$REBUILD/$(basename "$MARKER")"
    sync "$REBUILD/$(basename "$MARKER")" "$REBUILD" "$DATA"
  fi
}

# Never begins a ring.
choose_datacenter_start() {
  place_clients
  if [[ -e $JOINED ]]; then
    return
  fi
  keep_closed
  if [[ -e $JOINING ]] || holds_data || systemctl --quiet is-active cassandra; then
    return
  fi
  if may_replace; then
    remember_joining "$WAY"
  else
    remember_joining observe
  fi
}

await_turn_to_copy() {
  if ! is_without_rows; then await_turn; fi
}

# A seed of its own data center would let Cassandra begin alone.
seeds_of_both() {
  local own=''
  if ! is_without_rows; then own=$(seeds) || own=''; fi
  if [[ -n $own ]]; then own+=,; fi
  echo "$own$OTHER_SEEDS"
}

# A rebuild that failed half-way begins its keyspace again.
joining_options() {
  if is_observer; then
    echo 'JVM_EXTRA_OPTS=-Dcassandra.join_ring=false -Dcassandra.reset_bootstrap_progress=true' >"$FIRST_START_OPTIONS"
  elif is_without_rows; then
    echo 'JVM_EXTRA_OPTS=-Dcassandra.reset_bootstrap_progress=true' >"$FIRST_START_OPTIONS"
  fi
}

yaml_while_joining() {
  if [[ -e $JOINED ]]; then
    cat
    return
  fi
  sed 's/^auth_read_consistency_level: .*/auth_read_consistency_level: QUORUM/'
  if is_without_rows; then
    printf '\\n# gke-platform cassandra rebuild copies the rows, once all nodes are members.\\nauto_bootstrap: false\\n'
  fi
}

# Cassandra would end without a reason.
ask_datacenter() {
  local answers
  if ! is_observer || systemctl --quiet is-active cassandra; then
    return
  fi
  report starting-seeds "asks the seeds of data center $OTHER_DATACENTER"
  answers=$(ask_storage_ports "$OTHER_SEEDS")
  if grep -q '^answers ' <<<"$answers"; then
    return
  fi
  if grep -q '^refused ' <<<"$answers"; then
    refuse_for_now refused-datacenter "no trust between this ring and data center $OTHER_DATACENTER: $(sed -n 's/^refused //p' <<<"$answers" | paste -sd ';' -)"
  fi
  refuse_for_now waiting-datacenter "no seed of data center $OTHER_DATACENTER answers at port ${STORAGE_PORT}: $(sed -n 's/^silent //p' <<<"$answers" | paste -sd ';' -)"
}

# The seeds trust this node, and do not answer its gossip when they have another name.
await_observer() {
  local second
  if ! is_observer; then
    return
  fi
  for ((second = 0; second < 900; second++)); do
    if takes_clients; then
      return
    fi
    case $(systemctl is-active cassandra || true) in
      active | reloading) ;;
      *) refuse_for_now waiting-datacenter "Cassandra ended before data center $OTHER_DATACENTER answered. The cluster name there must be '$RING'; otherwise its nodes log 'ClusterName mismatch'. $(last_error)" ;;
    esac
    sleep 1
  done
}

# Keyspaces with rows in this data center.
keyspaces_here() {
  cql --consistency ONE 'SELECT keyspace_name, replication FROM system_schema.keyspaces' |
    awk -F '\\t' -v here="$DATACENTER" '$1 !~ /^(system(_.*)?|${PLATFORM_KEYSPACE})$/ && $2 ~ "[{ ]" here ": [0-9]" { print $1 }'
}

# disagreement GOSSIP: reason for which what this node knows of the ring cannot be relied on; nothing when it can.
disagreement() {
  awk -F '\\t' -v me="$ADDRESS" -v other="$OTHER_DATACENTER" '
    $1 == me || $2 ~ /^NORMAL/ { if (!($3 in schemas)) { schemas[$3]; count++ } }
    $2 ~ /^NORMAL/ { centers[$4]; if ($4 == other) members++ }
    END {
      for (each in centers) names = names " " each
      if (members == 0) print "no node of data center " other " is a member, of those there are:" names
      else if (count != 1) print "the nodes do not agree on the schema"
    }' <<<"$1"
}

# Becomes a member, one node at a time, in the order of the names.
join_datacenter() {
  local attempt known here fault first
  if ! is_observer; then
    return
  fi
  if ! cql --consistency ONE 'SELECT key FROM system.local' >/dev/null 2>&1; then
    refuse_for_now waiting-roles "this node is no member yet: the superuser $SUPERUSER cannot log in with the password in secret $SUPERUSER_SECRET. Create the role in data center $OTHER_DATACENTER"
  fi
  for ((attempt = 1; attempt <= TURN_ATTEMPTS; attempt++)); do
    known=$(cql --consistency ONE 'SELECT address, status_with_port, "schema", dc FROM system_views.gossip_info' 2>/dev/null) || known=''
    fault=$(disagreement "$known")
    if [[ -n $fault ]]; then
      report waiting-datacenter "this node is no member yet: $fault"
    else
      here=$(keyspaces_here) || refuse_for_now waiting-datacenter 'this node is no member yet: the keyspaces cannot be read'
      if [[ -n $here ]]; then
        bootstrap_instead "$here"
      fi
      first=$(before_me "$known")
      if [[ -z $first ]]; then
        become_member
        return
      fi
      report starting-turn "waits until $first is done: one node joins at a time"
    fi
    sleep 5
  done
  run_again
  exit 0
}

# A member without rows would answer for the other nodes of this data center.
bootstrap_instead() {
  remember_joining bootstrap
  systemctl stop cassandra
  run_again
  report starting-turn "data center $DATACENTER has replicas of $(paste -sd ' ' - <<<"$1"), which this node copies"
  exit 0
}

become_member() {
  log "becomes a member of data center $DATACENTER, without rows"
  if ! up_nodes | grep -qxF "$ADDRESS"; then
    nodetool join || refuse_for_now waiting-datacenter 'this node is no member yet: nodetool join failed'
  fi
  if ! up_nodes | grep -qxF "$ADDRESS"; then
    refuse_for_now waiting-datacenter 'this node has joined, and does not see itself as a member'
  fi
  remember_joining rebuild
  # systemd may start it again.
  joining_options
}

await_rebuild() {
  if [[ -e $JOINED ]]; then
    return
  fi
  if [[ ! -e ${REBUILD_COMPLETE_FILE} ]]; then
    run_again
    report starting-rebuild "this node is a member without rows, and clients are not let in: run gke-platform cassandra rebuild $ENVIRONMENT"
    exit 0
  fi
  if ! is_secure; then
    refuse_for_now waiting-roles "clients are not let in: the superuser $SUPERUSER cannot log in with the password in secret $SUPERUSER_SECRET, fewer than $AUTH_REPLICAS replicas of the roles are here, or cassandra can still log in"
  fi
}

# Cassandra still reads the roles from both data centers.
end_rebuild() {
  if [[ -d $REBUILD ]]; then
    echo ${CASSANDRA_YAML} >>"$PENDING"
    sort -u -o "$PENDING" "$PENDING"
    publish_pending
    rm -r "$REBUILD"
  fi
}
`;
