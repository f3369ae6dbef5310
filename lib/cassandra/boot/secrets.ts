import type { CassandraConfiguration } from '../cassandra-configuration';
import { SECRET_READER, secretReader } from '../node-files/secret-reader';
import { AUTHORITY_FILE, NODE_KEY_FILE, TLS_DIRECTORY } from '../node-files/tls-files';
import { authoritySecret, nodeSecret, superuserSecret } from '../secret-names';
import { writeFiles } from './files';

/** Fetches the node's keys from Secret Manager, as the VM's service account. */
export function secretsPhase({ projectId, ringName, machineName }: CassandraConfiguration): string {
  return `
# --- secrets ---

readonly AUTHORITY_SECRET='${authoritySecret(ringName)}'
readonly SUPERUSER_SECRET='${superuserSecret(ringName)}'
readonly NODE_SECRET='${nodeSecret(machineName)}'

place_secret_reader() {
${writeFiles([{ path: SECRET_READER, mode: '0755', content: secretReader(projectId) }])}}
${FETCH}`;
}

const FETCH = `
# Prints a secret. Tries again while Google does not answer; status 1 when it says no, 3 when it said nothing.
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

# place_secret NAME FILE: TLS_CHANGED says whether the file changed. An unreachable Secret Manager is no reason to stay down with keys
# that are still good.
place_secret() {
  local name=$1 target=$2 said value status=0
  said=$(mktemp -p /run)
  value=$(fetch_secret "$name" 2>"$said") || status=$?
  if [[ $status -eq 0 ]]; then
    write_file "$target" 0640 <<<"$value"
    if [[ $WROTE == yes ]]; then TLS_CHANGED=yes; fi
    chown root:cassandra "$target"
  elif [[ $status -eq 3 && -s $target ]]; then
    log "$(cat "$said"): going on with the one fetched before"
  else
    refuse_for_now refused-secret "$(cat "$said"): run gke-platform cassandra init-secrets $ENVIRONMENT"
  fi
  rm -f "$said"
}

fetch_secrets() {
  TLS_CHANGED=no
  place_secret_reader
  need_package openssl
  install -d -m 0750 -o root -g cassandra ${TLS_DIRECTORY}
  place_secret "$AUTHORITY_SECRET" ${AUTHORITY_FILE}
  place_secret "$NODE_SECRET" ${NODE_KEY_FILE}
  check_certificate
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
    refuse_for_now refused-secret "$(cat "$said"): run gke-platform cassandra init-secrets $ENVIRONMENT"
  fi
  rm -f "$said"
}

check_certificate() {
  local key certificate
  if ! openssl x509 -in ${NODE_KEY_FILE} -noout 2>/dev/null; then
    refuse_for_now refused-secret "secret $NODE_SECRET holds no certificate in PEM: run gke-platform cassandra renew-secrets $ENVIRONMENT"
  fi
  if ! openssl x509 -in ${NODE_KEY_FILE} -noout -checkend 0 >/dev/null; then
    refuse_for_now refused-secret "the certificate in secret $NODE_SECRET is past its end: run gke-platform cassandra renew-secrets $ENVIRONMENT"
  fi
  # With one more authority in the file than the one that signed, which is what a renewal looks like, this still holds.
  if ! openssl verify -CAfile ${AUTHORITY_FILE} ${NODE_KEY_FILE} >/dev/null 2>&1; then
    refuse_for_now refused-secret "the certificate in secret $NODE_SECRET is not signed by the authority in secret $AUTHORITY_SECRET"
  fi
  if [[ $(openssl x509 -in ${NODE_KEY_FILE} -noout -checkip "$ADDRESS") != *'does match'* ]]; then
    refuse_for_now refused-secret "the certificate in secret $NODE_SECRET is not for $ADDRESS: run gke-platform cassandra renew-secrets $ENVIRONMENT"
  fi
  key=$(openssl pkey -in ${NODE_KEY_FILE} -pubout 2>/dev/null) || key=none
  certificate=$(openssl x509 -in ${NODE_KEY_FILE} -noout -pubkey)
  if [[ $key != "$certificate" ]]; then
    refuse_for_now refused-secret "the private key in secret $NODE_SECRET is not the one of its certificate"
  fi
}
`;
