import { CODE_KEY, GUEST_ATTRIBUTES, RESTART_PENDING_KEY, STATE_KEY } from '../../cassandra-contract/guest-attributes';
import { COMMAND_DIRECTORY } from '../../cassandra-contract/node-commands';
import { JOINED_FILE, PENDING_RECORD, PUBLISHED_RECORD, RESURRECTION_RECORD, SYSTEM_LOG } from '../../cassandra-contract/node-paths';
import { CQL_PORT } from '../../cassandra-contract/ports';
import { CASSANDRA_SERVICE, STARTUP_SCRIPT_SERVICE } from '../../cassandra-contract/units';
import type { CassandraConfiguration } from '../cassandra-configuration';
import type { NodeFile } from './node-file';
import { heartbeatDays, resurrectionSentence } from './resurrection';

/** Program that publishes the state of the node while the startup script does not run. */
export const STATE_PROGRAM = `${COMMAND_DIRECTORY}/cassandra-state`;

/** Last reported state: its code in the first line, its sentence in the second. On a RAM disk, since it is valid for this boot only. */
const STATE_RECORD = '/run/cassandra-state';

/** Last state of kind `ready`, in the same form. */
const READY_RECORD = '/run/cassandra-ready';

/** Shell functions of the startup script and `cassandra-state` that publish guest attributes. They need `METADATA`. */
export const PUBLISHING = `
# guest_attribute NAME VALUE: publishes a value, unless it is the one that was published last. cassandra-state sends again what is lost.
guest_attribute() {
  local sent=${PUBLISHED_RECORD}$1
  if [[ -e $sent && $(<"$sent") == "$2" ]]; then
    return
  fi
  rm -f "$sent"
  if curl -fsS -m 5 -X PUT -H 'Metadata-Flavor: Google' --data "$2" "$METADATA/guest-attributes/${GUEST_ATTRIBUTES}/$1"; then
    echo "$2" >"$sent"
  fi
}

# publish CODE STATE
publish() {
  printf '%s\\n%s\\n' "$1" "$2" >${STATE_RECORD}
  if [[ $1 == ready* ]]; then cp ${STATE_RECORD} ${READY_RECORD}; fi
  # The sentence last: a reader that waits for it finds its code.
  guest_attribute ${CODE_KEY} "$1"
  guest_attribute ${STATE_KEY} "$2"
}

publish_pending() {
  if [[ -e ${PENDING_RECORD} ]]; then
    guest_attribute ${RESTART_PENDING_KEY} "yes: $(tr '\\n' ' ' <${PENDING_RECORD})"
  else
    guest_attribute ${RESTART_PENDING_KEY} no
  fi
}

last_error() {
  { grep -hE '^ERROR|Exception|Fatal|Error:' ${SYSTEM_LOG} || echo 'its log has no errors'; } 2>/dev/null | tail -n 1
}
`;

/** Lock file of the publication: an older state must not be sent after a newer one. */
export const STATE_LOCK = '/run/cassandra-state-lock';

const SERVICE = `[Unit]
Description=State of Cassandra as a guest attribute

[Service]
Type=oneshot
ExecStart=${STATE_PROGRAM}
TimeoutStartSec=60
# No two lines in the journal every half a minute.
LogLevelMax=notice
`;

const TIMER = `[Unit]
Description=State of Cassandra as a guest attribute

[Timer]
OnBootSec=30
OnUnitInactiveSec=30
AccuracySec=5

[Install]
WantedBy=timers.target
`;

/** Files that keep the published state current after the startup script has ended. */
export function stateFiles(configuration: CassandraConfiguration): readonly NodeFile[] {
  return [
    { path: STATE_PROGRAM, mode: '0755', content: script(configuration) },
    { path: '/etc/systemd/system/cassandra-state.service', content: SERVICE },
    { path: '/etc/systemd/system/cassandra-state.timer', content: TIMER },
  ];
}

function script({ address, environment }: CassandraConfiguration): string {
  return `#!/bin/bash
# Publishes whether Cassandra takes clients, was stopped or ended, when that has changed. Run by a timer, and by systemd whenever Cassandra
# has ended. While the startup script runs, that one publishes.
set -euo pipefail

readonly METADATA=http://metadata.google.internal/computeMetadata/v1/instance
${PUBLISHING}
unit() {
  systemctl show --property="$2" --value "$1"
}

${heartbeatDays()}
# Into CODE and STATE.
observe() {
  if [[ -e ${RESURRECTION_RECORD} ]]; then
    CODE=refused-resurrection
    STATE="refused: ${resurrectionSentence(environment)}"
  elif [[ -n $(ss -Hltn 'sport = :${CQL_PORT}') ]]; then
    CODE=ready
    STATE='ready: Cassandra takes clients at ${address}'
    if [[ -e ${READY_RECORD} ]]; then
      { read -r CODE && read -r STATE; } <${READY_RECORD}
    fi
  elif [[ $(unit ${CASSANDRA_SERVICE} Result) != success ]]; then
    CODE=failed-cassandra
    STATE="failed: Cassandra ended: $(last_error)"
  else
    CODE=stopped
    STATE='stopped: Cassandra was stopped'
    if [[ $(unit ${CASSANDRA_SERVICE} ActiveState) == active ]]; then
      STATE='stopped: Cassandra runs and takes no clients'
    fi
  fi
}

exec 9>${STATE_LOCK}
flock --nonblock 9 || exit 0
if [[ $(unit ${STARTUP_SCRIPT_SERVICE} ActiveState) == activating || ! -e ${STATE_RECORD} ]]; then
  exit 0
fi
{ read -r CODE && read -r STATE; } <${STATE_RECORD}
case $CODE in
  # Other states are the startup script's, and so is a node that is not part of the ring yet.
  ready* | stopped | failed-cassandra | refused-resurrection)
    if [[ -e ${JOINED_FILE} ]]; then observe; fi
    ;;
esac
if [[ $STATE != "$(tail -n 1 ${STATE_RECORD})" ]]; then
  # At the level of a notice.
  echo "<5>$STATE"
fi
publish "$CODE" "$STATE"
publish_pending
`;
}
