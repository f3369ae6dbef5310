import { PENDING_RECORD } from '../../cassandra-contract/node-paths';
import { CQL_PORT } from '../../cassandra-contract/ports';

/** Phases that start Cassandra, unless it is running, and wait until it takes clients. */
export const START = String.raw`
# --- start, wait ---

readonly PENDING=${PENDING_RECORD}

start_cassandra() {
  # Stopped since this script began.
  heed_operator
  # Another VM may have known the user by another number.
  if [[ $(stat -c %U "$DATA") != cassandra ]]; then
    chown -R cassandra:cassandra "$DATA"
  fi
  systemctl daemon-reload
  if systemctl --quiet is-active cassandra; then
    leave_running
  else
    systemctl start cassandra
  fi
  publish_pending
}

# Cassandra is restarted by people, one node at a time.
leave_running() {
  if [[ $TLS_CHANGED == yes ]]; then
    nodetool reloadssl || log 'Cassandra takes the new keys within ten minutes'
  fi
  if [[ -n $STALE ]]; then
    printf '%s' "$STALE" >>"$PENDING"
    sort -u -o "$PENDING" "$PENDING"
    log "changed, and in effect when Cassandra is restarted: $(tr '\n' ' ' <"$PENDING")"
  fi
}

takes_clients() {
  (exec 3<>"/dev/tcp/$ADDRESS/${CQL_PORT}") 2>/dev/null
}

# Waits on when Cassandra ended: systemd starts it again after a minute, and some of its reasons pass.
await_clients() {
  local second
  for ((second = 0; second < 900; second++)); do
    if takes_clients; then
      return
    fi
    refuse_resurrection
    case $(systemctl is-active cassandra || true) in
      active | reloading) ;;
      activating) report failed-cassandra "Cassandra ended: $(last_error)" ;;
      *)
        journalctl --unit cassandra --lines 20 --no-pager
        report failed-cassandra "Cassandra ended: $(last_error)"
        exit 1
        ;;
    esac
    sleep 1
  done
  run_again
  report starting-join 'Cassandra is up and takes no clients yet: a joining node first copies its data'
  exit 0
}
`;
