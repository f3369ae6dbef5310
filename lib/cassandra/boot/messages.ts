import { STARTUP_SCRIPT_SERVICE } from '../../cassandra-contract/units';
import { PUBLISHING, STATE_LOCK } from '../node-files/node-state';

/** Shell functions that log, report a state and refuse. States go to the serial console, the journal and a guest attribute. */
export const MESSAGES = `
PHASE=begin
REPORTED=''
# Folder of secrets that are not checked yet.
BESIDE=''

log() {
  echo "cassandra-node: $PHASE: $*"
}

${PUBLISHING}
# report CODE SENTENCE: the part of the code before its first hyphen begins the sentence, for people.
report() {
  local code=$1 state
  shift
  state="$(cut -d - -f 1 <<<"$code"): $*"
  if [[ $state != "$REPORTED" ]]; then
    REPORTED=$state
    log "$REPORTED"
    (
      # What cassandra-state saw before this is sent before this.
      flock --timeout 20 9 || log 'cassandra-state does not end'
      publish "$code" "$REPORTED"
    ) 9>${STATE_LOCK}
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
    systemctl restart --no-block ${STARTUP_SCRIPT_SERVICE} 2>/dev/null || log 'is to be run again already'
}

# refuse_for_now CODE SENTENCE: for what others can set right, or what passes, while this machine is up.
refuse_for_now() {
  run_again
  refuse "$@"
}

on_exit() {
  local status=$1
  rm -f /usr/sbin/policy-rc.d
  if [[ -n $BESIDE ]]; then rm -rf "$BESIDE"; fi
  if [[ $status -ne 0 && $status -ne 2 && $REPORTED != failed:* ]]; then
    report failed-script "phase $PHASE ended with status $status"
    # What was not foreseen may pass.
    run_again
  fi
}
trap 'on_exit $?' EXIT

# Prints metadata of the VM, nothing when it has no such key. Fails when the metadata server does not answer.
attribute() {
  local answer status try
  answer=$(mktemp -p /run)
  for try in 1 2 3 4 5; do
    status=$(curl -sS -m 10 -o "$answer" -w '%''{http_code}' -H 'Metadata-Flavor: Google' "$METADATA/attributes/$1") || status=000
    case $status in
      200)
        cat "$answer"
        rm -f "$answer"
        return 0
        ;;
      404)
        rm -f "$answer"
        return 0
        ;;
    esac
    sleep "$((try * 2))"
  done
  rm -f "$answer"
  return 1
}

# An installation that was cut off leaves a package that dpkg knows and that is not installed. One that is held is.
is_installed() {
  # Reads all of it: a reader that stops early would make dpkg fail.
  [[ $(dpkg -s "$1" 2>/dev/null | sed -n 's/^Status: //p') == *' ok installed' ]]
}

# Also where an installation was cut off.
install_packages() {
  dpkg --configure -a &&
    apt-get update --quiet &&
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends "$@"
}

need_package() {
  local package=$1
  if ! is_installed "$package"; then
    if [[ $PACKAGE_ACCESS == no ]]; then
      refuse refused-package "package $package is not in the boot image, and packageAccess is off"
    fi
    install_packages "$package" || refuse_for_now waiting-packages "package $package cannot be installed: the package servers do not answer as they should"
  fi
}
`;
