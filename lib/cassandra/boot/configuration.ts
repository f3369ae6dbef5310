import { ARCHIVE_CONFIGURATION, ARCHIVE_PROPERTIES } from '../../cassandra-contract/commit-log-archive';
import { CASSANDRA_YAML, CONFIGURATION_DIRECTORY } from '../../cassandra-contract/node-paths';
import { CASSANDRA_SERVICE } from '../../cassandra-contract/units';
import type { CassandraConfiguration } from '../cassandra-configuration';
import { CASSANDRA_LIMITS, CASSANDRA_UNIT } from '../node-files/cassandra-unit';
import { cassandraYaml } from '../node-files/cassandra-yaml';
import { ARCHIVE_DROP_IN, archiveStartFiles } from '../node-files/commit-log-archive';
import { rackdcProperties } from '../node-files/identity';
import { JVM_OPTIONS } from '../node-files/jvm-options';
import { LOGBACK } from '../node-files/logback';
import { writeFiles } from './files';

/** Phase that writes Cassandra's configuration. The default of the heap is computed on the node, from its memory. */
export function configurationPhase(configuration: CassandraConfiguration): string {
  const joins = configuration.joins !== undefined;
  return `
# --- the configuration ---

jvm_options() {
  cat <<'END_OF_FILE'
${JVM_OPTIONS}END_OF_FILE
  heap_options
}
# MiB, when the ring has its own; empty otherwise.
readonly HEAP_MIB='${configuration.heapMiB ?? ''}'
${HEAP}
cassandra_yaml() {
  sed "s/^\\( *- seeds: \\).*/\\1\\"$(${joins ? 'seeds_of_both' : 'seeds'})\\"/" <<'END_OF_FILE'${joins ? ' | yaml_while_joining' : ''}
${cassandraYaml(configuration)}END_OF_FILE
  initial_token
}

# Only while the ring begins: a node that joins, or has joined, keeps the tokens that the ring and its disk know.
initial_token() {
  if [[ -e $BEGINNING && ! -e $JOINED && ! -e $JOINING ]]; then
    printf '\\n# Seeds that begin a ring at the same moment must not choose the same tokens.\\ninitial_token: %s\\n' "$INITIAL_TOKENS"
  fi
}

render_configuration() {
  write_start_file ${CASSANDRA_YAML} 0644 <<<"$(cassandra_yaml)"
  first_start_options
${joins ? '  joining_options\n' : ''}${writeFiles([
  { path: `${CONFIGURATION_DIRECTORY}/cassandra-rackdc.properties`, content: rackdcProperties(configuration), readAtStart: true },
  { path: `${CONFIGURATION_DIRECTORY}/logback.xml`, content: LOGBACK },
  { path: `/etc/systemd/system/${CASSANDRA_SERVICE}`, content: CASSANDRA_UNIT, readAtStart: true },
  { path: `/etc/systemd/system/${CASSANDRA_SERVICE}.d/limits.conf`, content: CASSANDRA_LIMITS, readAtStart: true },
])}${archive(configuration)}  write_start_file ${CONFIGURATION_DIRECTORY}/jvm-server.options 0644 <<<"$(jvm_options)"
  # The snitch would believe this file about nodes it has not heard of yet.
  rm -f ${CONFIGURATION_DIRECTORY}/cassandra-topology.properties
}
`;
}

/** Without an archive, a running Cassandra still calls the program until its next restart: the program stays, and does nothing. */
function archive(configuration: CassandraConfiguration): string {
  if (configuration.archive !== undefined) return writeFiles(archiveStartFiles(configuration));
  return `  # The ring has no archive of commit logs.
  rm -f ${ARCHIVE_CONFIGURATION} ${ARCHIVE_DROP_IN} ${ARCHIVE_PROPERTIES}
`;
}

const HEAP = String.raw`
# Cassandra's own default: the larger of a quarter of the memory, at most 8 GiB, and half of it, at most 1 GiB.
heap_mib() {
  local memory quarter half
  if [[ -n $HEAP_MIB ]]; then
    echo "$HEAP_MIB"
    return
  fi
  memory=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
  quarter=$((memory / 4 < 8192 ? memory / 4 : 8192))
  half=$((memory / 2 < 1024 ? memory / 2 : 1024))
  echo "$((quarter > half ? quarter : half))"
}

heap_options() {
  local heap
  heap=$(heap_mib)
  echo "# For $(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo) MiB of memory: as much at once as it may ever be, so that it never stops to grow."
  printf -- '-Xms%dM\n-Xmx%dM\n' "$heap" "$heap"
  if ((heap >= 4096)); then
    echo '# Takes the memory before the node joins, not while it serves.'
    echo '-XX:+AlwaysPreTouch'
  fi
}
`;
