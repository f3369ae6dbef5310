import { STARTUP_SCRIPT_SERVICE } from '../../cassandra-contract/units';
import { PUBLISHING, STATE_LOCK } from '../node-files/node-state';
import { METADATA_AND_PACKAGES } from './packages';

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

${METADATA_AND_PACKAGES}`;
