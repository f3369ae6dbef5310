/** Log, report, refuse. What is reported is on the serial console, in the journal and in a guest attribute. */
export const MESSAGES = `
PHASE=begin
REPORTED=''

log() {
  echo "cassandra-node: $PHASE: $*"
}

guest_attribute() {
  curl -fsS -m 5 -X PUT -H 'Metadata-Flavor: Google' --data "$2" "$METADATA/guest-attributes/cassandra/$1" || true
}

report() {
  if [[ "$1: $2" != "$REPORTED" ]]; then
    REPORTED="$1: $2"
    log "$REPORTED"
    guest_attribute state "$REPORTED"
  fi
}

refuse() {
  report refused "$*"
  exit 2
}

# The whole script runs again in two minutes.
run_again() {
  systemd-run --quiet --collect --on-active=120 --unit=cassandra-boot-again \
    systemctl restart --no-block google-startup-scripts.service 2>/dev/null || log 'is to be run again already'
}

# For what others can set right while this machine is up.
refuse_for_now() {
  run_again
  refuse "$*"
}

on_exit() {
  local status=$1
  rm -f /usr/sbin/policy-rc.d
  if [[ $status -ne 0 && $status -ne 2 && $REPORTED != failed:* ]]; then
    report failed "phase $PHASE ended with status $status"
  fi
}
trap 'on_exit $?' EXIT

attribute() {
  curl -fsS -m 10 -H 'Metadata-Flavor: Google' "$METADATA/attributes/$1" || true
}

need_package() {
  local package=$1
  if ! dpkg -s "$package" >/dev/null 2>&1; then
    if [[ $PACKAGE_ACCESS == no ]]; then
      refuse "package $package is not in the boot image, and packageAccess is off"
    fi
    apt-get update --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends "$package"
  fi
}
`;
