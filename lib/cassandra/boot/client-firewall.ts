import { CLIENT_FIREWALL } from '../../cassandra-contract/node-paths';
import { CQL_PORT } from '../../cassandra-contract/ports';

/**
 * Phases that close the CQL port to clients before Cassandra starts, and open it once the ring is secured.
 *
 * Cassandra creates the superuser `cassandra` with a published password, and it exists until enough nodes are up to replace it. The
 * nodes of the ring have to reach the port meanwhile: they create the superuser, and ask each other whether the ring has begun.
 *
 * The rules are in the kernel only, so every boot of a node that has not joined creates them again. nftables has priority "important" in
 * Debian.
 */
export const CLIENT_FIREWALL_PHASES = `
# --- clients ---

close_to_clients() {
  if [[ -e $JOINED ]]; then
    return
  fi
  need_package nftables
  # Replaced in one transaction. Connections that are open are closed too.
  nft --file - <<END_OF_RULES || refuse_for_now failed-firewall 'the port of clients cannot be closed: nft does not accept the rules'
table inet ${CLIENT_FIREWALL}
delete table inet ${CLIENT_FIREWALL}
table inet ${CLIENT_FIREWALL} {
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport != ${CQL_PORT} accept
    iifname "lo" accept
    ip saddr { $NODES } accept
    tcp dport ${CQL_PORT} drop
  }
}
END_OF_RULES
}

is_closed_to_clients() {
  nft list table inet ${CLIENT_FIREWALL} >/dev/null 2>&1
}

open_to_clients() {
  if is_closed_to_clients; then
    nft delete table inet ${CLIENT_FIREWALL}
    log 'clients are let in'
  fi
}
`;
