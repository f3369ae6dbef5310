import { AUTHORITY_FILE, NODE_KEY_FILE, TLS_DIRECTORY } from '../../cassandra-contract/node-paths';
import { authoritySecret, nodeSecret, superuserSecret } from '../../cassandra-contract/secret-names';
import { quoteShell } from '../../core/quote';
import type { CassandraConfiguration } from '../cassandra-configuration';
import { SECRET_READER, secretReader } from '../node-files/secret-reader';
import { writeFiles } from './files';

/** Phase that fetches the node's keys from Secret Manager, with the VM's service account. */
export function secretsPhase({ projectId, ringName, machineName }: CassandraConfiguration): string {
  return `
# --- secrets ---

readonly AUTHORITY_SECRET=${quoteShell(authoritySecret(ringName))}
readonly SUPERUSER_SECRET=${quoteShell(superuserSecret(ringName))}
readonly NODE_SECRET=${quoteShell(nodeSecret(machineName))}

place_secret_reader() {
${writeFiles([{ path: SECRET_READER, mode: '0755', content: secretReader(projectId) }])}}
${FETCH}`;
}

const FETCH = `
# Prints a secret. Retries while Google does not answer; status 1 when access is refused, 3 without an answer.
fetch_secret() {
  local name=$1 answer status='' attempt
  answer=$(mktemp -p /run)
  for attempt in 1 2 3 4 5; do
    status=$(${SECRET_READER} --status "$name" "$answer" || true)
    case $status in
      200)
        cat "$answer"
        rm -f "$answer"
        return 0
        ;;
      000 | 408 | 429 | 5??) sleep $((attempt * 2)) ;;
      *) break ;;
    esac
  done
  rm -f "$answer"
  echo "secret $name cannot be read (HTTP $status)" >&2
  case $status in 000 | 408 | 429 | 5??) return 3 ;; *) return 1 ;; esac
}

# refuse_secret STATUS SENTENCE: a no of Secret Manager's is certain, its silence is not.
refuse_secret() {
  if [[ $1 -eq 3 ]]; then
    refuse_for_now waiting-secret "$2: Secret Manager does not answer"
  fi
  refuse_for_now refused-secret "$2: run gke-platform cassandra init-secrets $ENVIRONMENT"
}

# fetch_beside NAME FILE: into a folder where nothing reads it before it is checked. An unreachable Secret Manager is no reason to stay
# down with keys that are still good.
fetch_beside() {
  local name=$1 live=$2 target said status=0
  target=$BESIDE/$(basename "$live")
  said=$(mktemp -p /run)
  fetch_secret "$name" >"$target" 2>"$said" || status=$?
  if [[ $status -eq 3 && -s $live ]]; then
    log "$(cat "$said"): going on with the one fetched before"
    cp "$live" "$target"
  elif [[ $status -ne 0 ]]; then
    rm -f "$target"
    refuse_secret "$status" "$(cat "$said")"
  fi
  rm -f "$said"
}

# place_secret FILE: moves a checked file to where Cassandra reads it. Sets TLS_CHANGED when the file changed.
place_secret() {
  local target=$1
  write_file "$target" 0640 <"$BESIDE/$(basename "$target")"
  if [[ $WROTE == yes ]]; then TLS_CHANGED=yes; fi
  chown root:cassandra "$target"
}

# secret_fault AUTHORITY KEY: prints why they are not to be used; nothing when they are.
secret_fault() (
  refuse_for_now() {
    echo "$2"
    exit 0
  }
  check_certificate "$1" "$2"
  if [[ -e $JOINED ]]; then
    check_running_ring "$1" "$2"
  fi
)

# Why the present version of a secret is not used; empty while it is.
KEEPS_SECRETS=''
# Whether all that keeps the key waiting is that the other nodes may not trust its authority yet.
AWAITS_TRUST=no

# A node that has joined starts with the keys it has, as long as they are good, and takes the next good version within two minutes.
keep_secrets() {
  if [[ ! -e $JOINED || ! -s ${AUTHORITY_FILE} || ! -s ${NODE_KEY_FILE} || -n $(secret_fault ${AUTHORITY_FILE} ${NODE_KEY_FILE}) ]]; then
    refuse_for_now refused-secret "$1"
  fi
  KEEPS_SECRETS=$1
  trust_authority
  log "$KEEPS_SECRETS: goes on with the keys fetched before"
}

# The authority goes ahead of the key while it vouches for the live key, too: otherwise a key that it signed would be refused for ever.
trust_authority() {
  local authority key
  authority=$BESIDE/$(basename ${AUTHORITY_FILE})
  key=$BESIDE/$(basename ${NODE_KEY_FILE})
  if ! openssl verify -no_check_time -CAfile "$authority" ${NODE_KEY_FILE} >/dev/null 2>&1; then return; fi
  place_secret ${AUTHORITY_FILE}
  if [[ -z $(secret_fault "$authority" "$key") ]]; then
    AWAITS_TRUST=yes
    KEEPS_SECRETS+=': this node trusts that authority from now on, and takes the key when the script runs again, once the other nodes trust it too'
  fi
}

report_ready() {
  if [[ -n $KEEPS_SECRETS ]]; then
    if [[ $AWAITS_TRUST == no ]]; then run_again; fi
    report ready-old-secret "Cassandra takes clients at $ADDRESS with the keys fetched before, since $KEEPS_SECRETS"
  else
    report ready "Cassandra takes clients at $ADDRESS"
  fi
}

fetch_secrets() {
  local authority key fault
  TLS_CHANGED=no
  place_secret_reader
  need_package openssl
  install -d -m 0750 -o root -g cassandra ${TLS_DIRECTORY}
  BESIDE=$(mktemp -d -p /run)
  # The last good ones stay where they are when a check refuses.
  fetch_beside "$AUTHORITY_SECRET" ${AUTHORITY_FILE}
  fetch_beside "$NODE_SECRET" ${NODE_KEY_FILE}
  authority=$BESIDE/$(basename ${AUTHORITY_FILE})
  key=$BESIDE/$(basename ${NODE_KEY_FILE})
  fault=$(secret_fault "$authority" "$key")
  if [[ -n $fault ]]; then
    keep_secrets "$fault"
  else
    place_secret ${AUTHORITY_FILE}
    place_secret ${NODE_KEY_FILE}
  fi
  rm -rf "$BESIDE"
  BESIDE=''
  if [[ ! -e $JOINED ]]; then
    check_superuser_secret
  fi
}

# The first start needs the password, and is not begun without it.
check_superuser_secret() {
  local said status=0
  said=$(mktemp -p /run)
  fetch_secret "$SUPERUSER_SECRET" >/dev/null 2>"$said" || status=$?
  if [[ $status -ne 0 ]]; then
    refuse_secret "$status" "$(cat "$said")"
  fi
  rm -f "$said"
}

# The other nodes still have the authority that this one had, and keys that it signed: until all have the next one, both have to be known.
check_running_ring() {
  local authority=$1 key=$2
  if [[ ! -s ${AUTHORITY_FILE} || ! -s ${NODE_KEY_FILE} ]]; then
    return
  fi
  if ! openssl verify -CAfile ${AUTHORITY_FILE} "$key" >/dev/null 2>&1; then
    refuse_for_now refused-secret "the certificate in secret $NODE_SECRET is not signed by an authority that the running ring knows"
  fi
  if ! openssl verify -no_check_time -CAfile "$authority" ${NODE_KEY_FILE} >/dev/null 2>&1; then
    refuse_for_now refused-secret "the authority of the running ring is not in secret $AUTHORITY_SECRET any more, and certificates it signed are in use"
  fi
}

# check_certificate AUTHORITY KEY
check_certificate() {
  local authority=$1 pem=$2 key certificate
  if ! openssl x509 -in "$pem" -noout 2>/dev/null; then
    refuse_for_now refused-secret "secret $NODE_SECRET holds no certificate in PEM: run gke-platform cassandra renew-secrets $ENVIRONMENT"
  fi
  if ! openssl x509 -in "$pem" -noout -checkend 0 >/dev/null; then
    refuse_for_now refused-secret "the certificate in secret $NODE_SECRET is past its end: run gke-platform cassandra renew-secrets $ENVIRONMENT"
  fi
  # With one more authority in the file than the one that signed, which is what a renewal looks like, this still holds.
  if ! openssl verify -CAfile "$authority" "$pem" >/dev/null 2>&1; then
    refuse_for_now refused-secret "the certificate in secret $NODE_SECRET is not signed by the authority in secret $AUTHORITY_SECRET"
  fi
  if [[ $(openssl x509 -in "$pem" -noout -checkip "$ADDRESS") != *'does match'* ]]; then
    refuse_for_now refused-secret "the certificate in secret $NODE_SECRET is not for $ADDRESS: run gke-platform cassandra renew-secrets $ENVIRONMENT"
  fi
  key=$(openssl pkey -in "$pem" -pubout 2>/dev/null) || key=none
  certificate=$(openssl x509 -in "$pem" -noout -pubkey)
  if [[ $key != "$certificate" ]]; then
    refuse_for_now refused-secret "the private key in secret $NODE_SECRET is not the one of its certificate"
  fi
}
`;
