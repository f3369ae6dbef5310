import { CQL_EXIT } from '../../cassandra-contract/node-commands';
import { SYSTEM_LOG } from '../../cassandra-contract/node-paths';
import { quoteShell } from '../../core/quote';
import type { CassandraConfiguration } from '../cassandra-configuration';
import { CQL_CLIENT, cqlClient } from '../node-files/cql-client';
import { initialTokens } from '../node-files/initial-tokens';
import { RENDEZVOUS, RENDEZVOUS_SCRIPT } from '../node-files/rendezvous';
import { writeFiles } from './files';

/** Phases of the first start of a node: it begins or joins the ring, and roles are secured. */
export function firstStartPhases(configuration: CassandraConfiguration): string {
  const { ringName, superuser, address, datacenter, authReplicas } = configuration;
  return `
# --- the first start ---

readonly FIRST_START_OPTIONS=/run/cassandra-first-start
readonly SUPERUSER=${quoteShell(superuser)}
readonly DATACENTER=${quoteShell(datacenter)}
# How many nodes hold the roles and permissions.
readonly AUTH_REPLICAS=${authReplicas}
# Of this node when it begins the ring; empty when it is no seed.
readonly INITIAL_TOKENS=${quoteShell(initialTokens(configuration).join(','))}

place_clients() {
${writeFiles([
  { path: CQL_CLIENT, mode: '0700', content: cqlClient({ ringName, superuser, address }) },
  { path: RENDEZVOUS, mode: '0700', content: RENDEZVOUS_SCRIPT },
])}}
${PHASES}`;
}

const PHASES = `
# Everything that logs in goes through here.
cql() {
  ${CQL_CLIENT} "$@"
}

rendezvous() {
  ${RENDEZVOUS} "$ADDRESS" 240 "$SEEDS"
}

remember_joining() {
  echo "$1" >"$JOINING.new"
  sync "$JOINING.new"
  mv "$JOINING.new" "$JOINING"
  log "this node becomes part of the ring by $1"
}

# Only a node without any data asks. A seed does not copy its data from others: without this it would be an empty node that looks healthy.
choose_start() {
  local answer
  place_clients
  if [[ -e $JOINED || -e $JOINING ]] || holds_data || systemctl --quiet is-active cassandra; then
    return
  fi
  if may_replace; then
    remember_joining "$WAY"
    return
  fi
  report starting-seeds 'asks the seeds whether the ring has begun'
  answer=$(rendezvous) || refuse_for_now waiting-seeds "the disk is empty, and whether the ring has begun cannot be found out: no answer from $answer"
  if [[ $answer == join ]]; then
    rm -f "$BEGINNING"
    remember_joining bootstrap
  else
    : >"$BEGINNING"
    sync "$BEGINNING"
    log 'this node begins the ring with the other seeds'
  fi
}

# Each node's address and state, as a seed that answers knows them.
members() {
  local seed
  for seed in $(tr , ' ' <<<"$SEEDS"); do
    if [[ $seed != "$ADDRESS" ]] &&
      cql --host "$seed" --consistency ONE 'SELECT address, status_with_port FROM system_views.gossip_info' 2>/dev/null; then
      return
    fi
  done
  return 1
}

# Node that has to finish before this one may join: a node that is moving data, or a new node whose name sorts first. A replacement
# waits for moving nodes alone.
before_me() {
  local nodes=$NODES
  if [[ $(<"$JOINING") == replace ]]; then nodes=$ADDRESS; fi
  awk -v me="$ADDRESS" -v nodes="$nodes" '
    $1 != me && $2 ~ /^(BOOT|LEAVING|MOVING)/ { busy = $1 }
    { state[$1] = $2 }
    END {
      if (busy == "") {
        count = split(nodes, node, ",")
        for (i = 1; i <= count && node[i] != me; i++) if (state[node[i]] !~ /^NORMAL/) { busy = node[i]; break }
      }
      print busy
    }' <<<"$1"
}

# Cassandra lets one node join at a time, and ends where there are two.
await_turn() {
  local attempt known first
  if [[ -e $JOINED || ! -e $JOINING ]] || systemctl --quiet is-active cassandra; then
    return
  fi
  for ((attempt = 1; attempt <= TURN_ATTEMPTS; attempt++)); do
    if ! known=$(members); then
      report starting-turn 'waits for a seed that answers'
    else
      first=$(before_me "$known")
      if [[ -z $first ]]; then
        return
      fi
      report starting-turn "waits until $first is done: one node joins at a time"
    fi
    sleep 5
  done
  run_again
  exit 0
}

# The seeds in the order of the ring, without this node while it has to copy its data from them.
seeds() {
  if [[ -e $JOINING ]]; then
    tr , '\\n' <<<"$SEEDS" | grep -vxF "$ADDRESS" | paste -sd , -
  else
    echo "$SEEDS"
  fi
}

# Options of one start, which are in no file that the next start reads.
first_start_options() {
  mkdir -p "$(dirname "$FIRST_START_OPTIONS")"
  if [[ -e $JOINING && $(<"$JOINING") == replace ]]; then
    echo "JVM_EXTRA_OPTS=-Dcassandra.replace_address_first_boot=$ADDRESS" >"$FIRST_START_OPTIONS"
  else
    : >"$FIRST_START_OPTIONS"
  fi
}

up_nodes() {
  nodetool status 2>/dev/null | awk '$1 == "UN" { print $2 }' | sort -V
}

# Seeds that are not among the members, up or down, that this node knows.
missing_seeds() {
  local members
  members=$(nodetool status 2>/dev/null | awk '$1 ~ /^[UD]N$/ { print $2 }') || members=''
  tr , '\\n' <<<"$SEEDS" | grep -vxF "$members" | paste -sd ' ' - || true
}

token_clash() {
  { grep -ho 'Nodes .* have the same token .*' ${SYSTEM_LOG} || echo 'its log names no clash of tokens'; } 2>/dev/null | tail -n 1
}

# For about a quarter of an hour.
SECURE_ATTEMPTS=120
TURN_ATTEMPTS=120
readonly AUTH_REPLICATION="SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = 'system_auth'"
readonly DEFAULT_ROLE="SELECT can_login, is_superuser FROM system_auth.roles WHERE role = 'cassandra'"

# Copies of roles and permissions in this data centre, 0 while they are not placed by data centre.
copies_here() {
  local copies
  copies=$(grep NetworkTopologyStrategy <<<"$1" | sed -n "s/.*[{ ]$DATACENTER: \\([0-9]*\\)[,}].*/\\1/p") || copies=''
  echo "$((copies))"
}

# Tries what a client would try. While too few nodes answer this login is refused too, so it proves nothing alone.
refuses_default_login() {
  local status=0
  cql --default-role </dev/null 2>/dev/null || status=$?
  [[ $status -eq ${CQL_EXIT.loginRefused} ]]
}

is_secure() {
  local answer
  answer=$(cql "$AUTH_REPLICATION" "$DEFAULT_ROLE" 2>/dev/null) || return 1
  [[ $(copies_here "$answer") -ge $AUTH_REPLICAS && $answer != *true* ]] && refuses_default_login
}

# What other data centres have stays as it is.
place_roles() {
  local placed others
  placed=$(cql "$AUTH_REPLICATION") || return 1
  if [[ $(copies_here "$placed") -ge $AUTH_REPLICAS ]]; then
    return
  fi
  others=$(grep NetworkTopologyStrategy <<<"$placed" | tr -d '{} ' | tr , '\\n' | grep -v "^class:\\|^$DATACENTER:" |
    sed "s/\\(.*\\):\\(.*\\)/, '\\1': \\2/" | tr -d '\\n' || true)
  cql "ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', '$DATACENTER': $AUTH_REPLICAS$others}"
}

# Each step is right whatever the step before it was when the machine stopped.
make_secure() {
  local disable='ALTER ROLE IF EXISTS cassandra WITH LOGIN = false AND SUPERUSER = false'
  if ! cql "$disable" 2>/dev/null; then
    cql --default-role "CREATE ROLE IF NOT EXISTS $SUPERUSER WITH PASSWORD = :superuser_password AND LOGIN = true AND SUPERUSER = true" ||
      return 1
    log "made the superuser $SUPERUSER"
    cql "$disable" || return 1
  fi
  place_roles
}

copy_roles() {
  nodetool repair --full system_auth >/dev/null 2>&1
}

# One node does it, the first of those that are up. The others see when it is done; should it go away, the next one is first.
secure_ring() {
  local attempt up missing=''
  if [[ -e $JOINED ]]; then
    return
  fi
  for ((attempt = 1; attempt <= SECURE_ATTEMPTS; attempt++)); do
    up=$(up_nodes) || up=''
    missing=''
    if [[ ! -e $JOINING ]]; then missing=$(missing_seeds); fi
    if [[ -e $JOINING ]] && is_secure; then
      # Its roles were copied to it when it joined.
      return
    elif [[ $(wc -w <<<"$up") -lt $AUTH_REPLICAS ]]; then
      report starting-peers "waits until $AUTH_REPLICAS nodes are up, to make the superuser; clients are not let in before"
    elif [[ -n $missing ]]; then
      report starting-peers "waits until every seed is a member of the ring, and $missing is not"
    elif [[ $(sed -n 1p <<<"$up") == "$ADDRESS" ]]; then
      if make_secure && copy_roles && is_secure; then
        log "$SUPERUSER is the superuser, cassandra is switched off, $AUTH_REPLICAS nodes hold the roles"
        return
      fi
      # Roles that are not on all their replicas yet may look as if they were not there.
      if ((attempt > 3)); then copy_roles || log 'the roles are not copied yet'; fi
    elif is_secure; then
      # In a larger ring the first node does not copy for all.
      if [[ $(wc -w <<<"$up") -gt $AUTH_REPLICAS ]]; then copy_roles || log 'the roles of this node were not compared with the others'; fi
      return
    fi
    sleep 3
  done
  if [[ -n $missing ]]; then
    refuse_for_now failed-seeds "not every seed is a member of the ring, $missing is not, and clients are not let in: $(token_clash)"
  fi
  if [[ $(wc -w <<<"$up") -lt $AUTH_REPLICAS ]]; then
    refuse_for_now waiting-peers "the ring is not secured, and clients are not let in: $(wc -w <<<"$up") of $AUTH_REPLICAS nodes are up"
  fi
  refuse_for_now waiting-roles "clients are not let in: the superuser $SUPERUSER cannot log in with the password in secret $SUPERUSER_SECRET, the roles cannot be copied, or cassandra can still log in"
}
`;
