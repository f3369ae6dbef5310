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

# report CODE SENTENCE: the part of the code before its first hyphen begins the sentence, for people.
report() {
  local code=$1 state
  shift
  state="$(cut -d - -f 1 <<<"$code"): $*"
  if [[ $state != "$REPORTED" ]]; then
    REPORTED=$state
    log "$REPORTED"
    guest_attribute state "$REPORTED"
    guest_attribute code "$code"
  fi
}

# refuse CODE SENTENCE
refuse() {
  report "$@"
  exit 2
}

# The whole script runs again in two minutes.
run_again() {
  systemd-run --quiet --collect --on-active=120 --unit=cassandra-boot-again \
    systemctl restart --no-block google-startup-scripts.service 2>/dev/null || log 'is to be run again already'
}

# refuse_for_now CODE SENTENCE: for what others can set right, or what passes, while this machine is up.
refuse_for_now() {
  run_again
  refuse "$@"
}

on_exit() {
  local status=$1
  rm -f /usr/sbin/policy-rc.d
  if [[ $status -ne 0 && $status -ne 2 && $REPORTED != failed:* ]]; then
    report failed-script "phase $PHASE ended with status $status"
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
      refuse refused-package "package $package is not in the boot image, and packageAccess is off"
    fi
    apt-get update --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends "$package"
  fi
}
`;
