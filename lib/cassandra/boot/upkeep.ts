import { ARCHIVE_UNIT } from '../../cassandra-contract/commit-log-archive';
import { REPAIR_UNIT } from '../../cassandra-contract/units';
import type { CassandraConfiguration } from '../cassandra-configuration';
import { archiveUploadFiles } from '../node-files/commit-log-archive';
import { metricFiles } from '../node-files/node-metrics';
import { stateFiles } from '../node-files/node-state';
import { OPS_AGENT_FILE } from '../node-files/ops-agent';
import { repairFiles } from '../node-files/repair';
import { GUEST_SCRIPT_SECONDS, snapshotFiles } from '../node-files/snapshot-scripts';
import { writeFiles } from './files';

/** Phase that sets up state publishing, metrics, logs, repair and the scripts of snapshots with a guest flush. Its failures never prevent a start. */
export function upkeepPhase(configuration: CassandraConfiguration): string {
  return `
# --- upkeep ---

arrange_upkeep() {
${writeFiles([...metricFiles(configuration), ...stateFiles(configuration), ...snapshotFiles(configuration)])}${repair(configuration)}${archive(configuration)}  systemctl daemon-reload
  systemctl enable --quiet --now ${timers(configuration).join(' ')} || log 'the timers do not start'
  enable_guest_scripts
  install_ops_agent || log 'the Ops Agent is missing: logs and metrics of Cassandra are not collected'
${writeFiles([OPS_AGENT_FILE])}  if [[ $WROTE == yes ]] && has_ops_agent; then
    systemctl restart google-cloud-ops-agent || log 'the Ops Agent does not start'
  fi
}
${GUEST_SCRIPTS}${OPS_AGENT}`;
}

function timers({ repair, archive }: CassandraConfiguration): string[] {
  return [
    'cassandra-state.timer',
    'cassandra-metrics.timer',
    ...(repair === 'timer' ? [`${REPAIR_UNIT}.timer`] : []),
    ...(archive === undefined ? [] : [`${ARCHIVE_UNIT}.timer`]),
  ];
}

function archive(configuration: CassandraConfiguration): string {
  if (configuration.archive !== undefined) return writeFiles(archiveUploadFiles(configuration));
  return `  # The ring has no archive of commit logs.
  systemctl disable --quiet --now ${ARCHIVE_UNIT}.timer 2>/dev/null || true
`;
}

function repair(configuration: CassandraConfiguration): string {
  const files = repairFiles(configuration);
  if (configuration.repair === 'timer') return writeFiles(files);
  return `  # Cassandra Reaper repairs this ring.
  systemctl disable --quiet --now ${REPAIR_UNIT}.timer 2>/dev/null || true
  rm -f ${files.map(({ path }) => path).join(' ')}
`;
}

const GUEST_SCRIPTS = `
# Other sections of the guest agent's configuration are the image's.
guest_agent_configuration() {
  if [[ -e $1 ]]; then
    awk '/^[[:space:]]*\\[/ { own = tolower($1) ~ /^\\[snapshots\\]/ } !own' "$1"
  fi
  printf '[Snapshots]\\nenabled = true\\ntimeout_in_seconds = ${GUEST_SCRIPT_SECONDS}\\n'
}

enable_guest_scripts() {
  local file=/etc/default/instance_configs.cfg
  write_file "$file" 0644 <<<"$(guest_agent_configuration "$file")"
  if [[ $WROTE == yes ]]; then
    systemctl try-restart google-guest-agent || log 'the guest agent does not start: snapshots with a guest flush fail'
  fi
}
`;

const OPS_AGENT = `
has_ops_agent() {
  is_installed google-cloud-ops-agent
}

# Google's Debian images have the key of Google's packages.
install_ops_agent() {
  local key=/usr/share/keyrings/cloud.google.gpg
  if has_ops_agent; then
    return
  fi
  [[ $PACKAGE_ACCESS == yes && -e $key ]] || return 1
  write_file /etc/apt/sources.list.d/google-cloud-ops-agent.list 0644 \\
    <<<"deb [signed-by=$key] https://packages.cloud.google.com/apt google-cloud-ops-agent-bookworm-all main"
  install_packages google-cloud-ops-agent
}
`;
