import { DATA_DISK_DEVICE } from '../../cassandra-contract/metadata-keys';
import { DATA_DIRECTORY } from '../../cassandra-contract/node-paths';
import { quoteShell } from '../../core/quote';
import type { CassandraConfiguration } from '../cassandra-configuration';
import { ownershipMarker } from '../node-files/identity';
import { CLIENT_FIREWALL_PHASES } from './client-firewall';
import { configurationPhase } from './configuration';
import { dataDiskPhase } from './data-disk';
import { FILES } from './files';
import { firstStartPhases } from './first-start';
import { joinedPhases } from './joined';
import { MESSAGES } from './messages';
import { OPERATING_SYSTEM } from './operating-system';
import { RESURRECTION } from './resurrection';
import { secondDatacenterPhases } from './second-datacenter';
import { secretsPhase } from './secrets';
import { SOFTWARE } from './software';
import { START } from './start';
import { STOPPED } from './stopped';
import { upkeepPhase } from './upkeep';

/**
 * Startup script of a node, run at every boot. Holds no secret: it is readable with the VM's metadata.
 *
 * It is no template of Terraform: a caller escapes it.
 */
export function startupScript(configuration: CassandraConfiguration): string {
  return `#!/bin/bash
# Brings up Cassandra node ${configuration.nodeName} of ring ${configuration.clusterName}.
# Runs at every boot and is idempotent. It refuses whenever it cannot tell what is right.
set -euo pipefail

readonly ENVIRONMENT=${quoteShell(configuration.environment)}
readonly VERSION=${quoteShell(configuration.cassandraVersion)}
readonly PACKAGE_ACCESS=${configuration.packageAccess ? 'yes' : 'no'}
readonly RING=${quoteShell(configuration.clusterName)}
readonly ADDRESS=${quoteShell(configuration.address)}
readonly SEEDS=${quoteShell(configuration.seeds.join(','))}
readonly NODES=${quoteShell(configuration.addresses.join(','))}
readonly DISK=/dev/disk/by-id/google-${DATA_DISK_DEVICE}
readonly DATA=${DATA_DIRECTORY}
readonly MARKER=$DATA/.cassandra_fs_ownership
readonly METADATA=http://metadata.google.internal/computeMetadata/v1/instance
${MESSAGES}${FILES}
marker() {
  cat <<'END_OF_FILE'
${ownershipMarker(configuration)}END_OF_FILE
}
${STOPPED}${OPERATING_SYSTEM}${dataDiskPhase(configuration)}${joinedPhases(configuration)}${SOFTWARE}${secretsPhase(configuration)}${firstStartPhases(configuration)}
${configurationPhase(configuration)}${RESURRECTION}${CLIENT_FIREWALL_PHASES}${START}${upkeepPhase(configuration)}${secondDatacenterPhases(configuration)}
phase() {
  PHASE=$1
  log begins
  "$1"
}

${phases(configuration)
  .map((name) => `phase ${name}\n`)
  .join('')}report_ready
`;
}

function phases({ joins }: CassandraConfiguration): string[] {
  const second = (...names: string[]): string[] => (joins === undefined ? [] : names);
  return [
    ...['heed_operator', 'tune_os', 'mount_data_disk', 'install_cassandra', 'check_joined', 'fetch_secrets'],
    ...second('trust_datacenter'),
    ...[
      'await_clock',
      ...(joins === undefined ? ['choose_start', 'await_turn'] : ['choose_datacenter_start', 'await_turn_to_copy']),
      'render_configuration',
    ],
    ...second('ask_datacenter'),
    ...['prepare_resurrection_check', 'close_to_clients', 'start_cassandra', 'arrange_upkeep'],
    ...second('await_observer'),
    'await_clients',
    ...(joins === undefined ? ['secure_ring'] : ['join_datacenter', 'await_rebuild']),
    ...['open_to_clients', 'mark_joined'],
    ...second('end_rebuild'),
  ];
}
