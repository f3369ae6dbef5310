import { DATA_DISK_DEVICE } from '../../cassandra-contract/metadata-keys';
import { DATA_DIRECTORY } from '../../cassandra-contract/node-paths';
import { quoteShell } from '../../core/quote';
import type { CassandraConfiguration } from '../cassandra-configuration';
import { ownershipMarker } from '../node-files/identity';
import { CLIENT_FIREWALL_PHASES } from './client-firewall';
import { configurationPhase } from './configuration';
import { DATA_DISK } from './data-disk';
import { FILES } from './files';
import { firstStartPhases } from './first-start';
import { joinedPhases } from './joined';
import { MESSAGES } from './messages';
import { OPERATING_SYSTEM } from './operating-system';
import { RESURRECTION } from './resurrection';
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
${STOPPED}${OPERATING_SYSTEM}${DATA_DISK}${joinedPhases(configuration)}${SOFTWARE}${secretsPhase(configuration)}${firstStartPhases(configuration)}
${configurationPhase(configuration)}${RESURRECTION}${CLIENT_FIREWALL_PHASES}${START}${upkeepPhase(configuration)}
phase() {
  PHASE=$1
  log begins
  "$1"
}

phase heed_operator
phase tune_os
phase mount_data_disk
phase install_cassandra
phase check_joined
phase fetch_secrets
phase await_clock
phase choose_start
phase await_turn
phase render_configuration
phase prepare_resurrection_check
phase close_to_clients
phase start_cassandra
phase arrange_upkeep
phase await_clients
phase secure_ring
phase open_to_clients
phase mark_joined
report_ready
`;
}
