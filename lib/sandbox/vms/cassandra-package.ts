import { cpSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIGURATION_DIRECTORY, DATA_DIRECTORY, LOG_DIRECTORY } from '../../cassandra-contract/node-paths';
import { JMX_PORT } from '../../cassandra-contract/ports';
import { CASSANDRA_SERVICE } from '../../cassandra-contract/units';
import { SandboxError } from '../sandbox-error';
import { cached } from './cache';
import { command } from './command';
import { makeReadable, writeReadable } from './readable-files';

const MAVEN_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';

/** Jars that a node never loads: native code for other platforms, and the old driver of the tools. */
const LEFT_OUT = /osx|windows|aarch|riscv|kqueue|dns-native|driver-core/;

/** Internal packages of Java 17 that Cassandra 5.0 accesses. */
const EXPORTS = [
  'java.base/jdk.internal.misc',
  'java.base/jdk.internal.ref',
  'java.base/java.lang.ref',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.sql/java.sql',
  'jdk.unsupported/sun.misc',
];
const OPENS = [
  'java.base/java.io',
  'java.base/java.lang',
  'java.base/java.lang.module',
  'java.base/java.lang.reflect',
  'java.base/java.nio',
  'java.base/java.util',
  'java.base/jdk.internal.loader',
  'java.base/jdk.internal.math',
  'java.base/jdk.internal.module',
  'java.base/jdk.internal.ref',
  'java.base/jdk.internal.reflect',
  'java.base/jdk.internal.util.jar',
  'java.base/sun.nio.ch',
  'jdk.management/com.sun.management.internal',
];

/** JVM options for a small heap overhead and a short startup. */
const SMALL_RUNTIME = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+UnlockDiagnosticVMOptions', '-XX:-BytecodeVerificationRemote'];

/**
 * JVM options for several nodes on one host: a small runtime, no delays for remote nodes, and the overhead of a row that Cassandra 5.0 measures at
 * each start, with 100,000 rows and three seconds of processor time.
 */
const LAB_FLAGS = [
  ...SMALL_RUNTIME,
  '-Xss512k',
  '-Dcassandra.ring_delay_ms=2000',
  '-Dcassandra.skip_wait_for_gossip_to_settle=0',
  '-Dcassandra.superuser_setup_delay_ms=0',
  '-Dcassandra.shutdown_announce_in_ms=0',
  '-Dcassandra.memtable.row_overhead_size=180',
];

const JVM_OPTIONS = [
  '-Djdk.attach.allowAttachSelf=true',
  ...EXPORTS.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...OPENS.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
  '-Dio.netty.tryReflectionSetAccessible=true',
  '-Dio.netty.allocator.useCacheForAllThreads=true',
  '-Dio.netty.allocator.maxOrder=11',
];

const CASSANDRA = String.raw`#!/bin/sh
# Starts Cassandra in the foreground with the options of both files, the package's first.
conf=${CONFIGURATION_DIRECTORY}
share=/usr/share/cassandra
options=$(cat "$conf/jvm17-server.options" "$conf/jvm-server.options" | grep '^-')
if [ -n "$MAX_HEAP_SIZE" ]; then options="$options -Xms$MAX_HEAP_SIZE -Xmx$MAX_HEAP_SIZE"; fi
# shellcheck disable=SC2086
exec java $options -javaagent:"$share/lib/jamm.jar" -XX:+ExitOnOutOfMemoryError -Dcassandra-foreground=yes \
  -Dcassandra.config="file://$conf/cassandra.yaml" -Dlogback.configurationFile="file://$conf/logback.xml" \
  -Dcassandra.storagedir=${DATA_DIRECTORY} -Dcassandra.logdir=${LOG_DIRECTORY} -Dcassandra.jmx.local.port=${JMX_PORT} \
  -Dcom.sun.management.jmxremote.authenticate=false -Dcassandra.libjemalloc=- $JVM_EXTRA_OPTS \
  -cp "$conf:$share/apache-cassandra.jar:$share/lib/*" org.apache.cassandra.service.CassandraDaemon
`;

/** Launcher of a Cassandra tool, by its class. */
const tool = (className: string): string => String.raw`#!/bin/sh
conf=${CONFIGURATION_DIRECTORY}
share=/usr/share/cassandra
options=$(grep '^-[-D]' "$conf/jvm17-server.options")
# shellcheck disable=SC2086
exec java -Xmx128m ${SMALL_RUNTIME.join(' ')} $options -Dlogback.configurationFile="file://$conf/logback-tools.xml" \
  -Dcassandra.config="file://$conf/cassandra.yaml" -Dcassandra.storagedir=${DATA_DIRECTORY} -Dcassandra.logdir=${LOG_DIRECTORY} \
  -cp "$conf:$share/apache-cassandra.jar:$share/lib/*" org.apache.cassandra.tools.${className} "$@"
`;

const LOGBACK = `<configuration>
  <appender name="FILE" class="ch.qos.logback.core.FileAppender">
    <file>\${cassandra.logdir}/system.log</file>
    <encoder><pattern>%-5level [%thread] %date{ISO8601} %F:%L - %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="FILE"/></root>
</configuration>
`;

const LOGBACK_TOOLS = `<configuration>
  <appender name="STDERR" class="ch.qos.logback.core.ConsoleAppender">
    <target>System.err</target>
    <encoder><pattern>%-5level %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="STDERR"/></root>
</configuration>
`;

const UNIT = `[Unit]
Description=Apache Cassandra
After=network.target

[Service]
User=cassandra
Group=cassandra
ExecStart=/usr/sbin/cassandra -f
SuccessExitStatus=143

[Install]
WantedBy=multi-user.target
`;

/** Post-installation script, like that of Apache's package: creates the user, and starts the service unless `policy-rc.d` forbids it. */
const AFTER_INSTALLATION = `#!/bin/sh
set -e
if ! getent passwd cassandra >/dev/null; then
  adduser --quiet --system --group --no-create-home --home ${DATA_DIRECTORY} cassandra
fi
mkdir -p ${DATA_DIRECTORY} ${LOG_DIRECTORY}
chown cassandra:cassandra ${DATA_DIRECTORY} ${LOG_DIRECTORY}
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  deb-systemd-invoke start ${CASSANDRA_SERVICE} || true
fi
`;

/** Files of the package by path: content, and executable or not. */
const FILES: Readonly<Record<string, readonly [content: string, isProgram: boolean]>> = {
  'usr/sbin/cassandra': [CASSANDRA, true],
  'usr/bin/nodetool': [tool('NodeTool'), true],
  'usr/bin/sstableverify': [tool('StandaloneVerifier'), true],
  'usr/bin/sstabledump': [tool('SSTableExport'), true],
  'usr/bin/sstablemetadata': [tool('SSTableMetadataViewer'), true],
  'etc/cassandra/jvm17-server.options': [`${[...JVM_OPTIONS, ...LAB_FLAGS].join('\n')}\n`, false],
  'etc/cassandra/jvm-server.options': ['# The heap is set by MAX_HEAP_SIZE.\n', false],
  'etc/cassandra/cassandra.yaml': ['cluster_name: Test Cluster\n', false],
  'etc/cassandra/cassandra-rackdc.properties': ['dc=dc1\nrack=rack1\n', false],
  'etc/cassandra/logback.xml': [LOGBACK, false],
  'etc/cassandra/logback-tools.xml': [LOGBACK_TOOLS, false],
  [`lib/systemd/system/${CASSANDRA_SERVICE}`]: [UNIT, false],
};

const CONTROL = (version: string) => `Package: cassandra
Version: ${version}
Architecture: all
Maintainer: the sandbox <sandbox@localhost>
Depends: openjdk-17-jre-headless, python3, adduser, procps
Description: Apache Cassandra, made of the jars that Maven Central has
`;

const TOOLS_CONTROL = (version: string) => `Package: cassandra-tools
Version: ${version}
Architecture: all
Maintainer: the sandbox <sandbox@localhost>
Depends: cassandra (= ${version})
Description: Tools of Apache Cassandra, which the package cassandra has already
`;

/**
 * Builds the Debian packages `cassandra` and `cassandra-tools` of a release, with the layout of Apache's packages and different launchers.
 *
 * @returns their folder in the cache
 */
export async function cassandraPackages(version: string): Promise<string> {
  const recipe = [version, FILES, CONTROL(version), TOOLS_CONTROL(version), AFTER_INSTALLATION, MAVEN_PLUGIN, `${LEFT_OUT}`, 2];
  return cached(`cassandra-${version}`, recipe, async (unfinished) => {
    const jars = await cassandraJars(version);
    const root = join(unfinished, 'root');
    for (const [path, [content, isProgram]] of Object.entries(FILES)) writeReadable(root, path, content, isProgram);
    writeReadable(root, 'DEBIAN/control', CONTROL(version));
    writeReadable(root, 'DEBIAN/postinst', AFTER_INSTALLATION, true);
    const library = join(root, 'usr/share/cassandra/lib');
    mkdirSync(library, { recursive: true });
    for (const jar of readdirSync(jars).filter((name) => !LEFT_OUT.test(name))) {
      const name = jar.startsWith('jamm-') ? 'jamm.jar' : jar;
      place(join(jars, jar), jar.startsWith('cassandra-all-') ? join(library, '../apache-cassandra.jar') : join(library, name));
    }
    makeReadable(join(root, 'usr/share'));
    await build(root, join(unfinished, `cassandra_${version}_all.deb`));

    const tools = join(unfinished, 'tools');
    writeReadable(tools, 'DEBIAN/control', TOOLS_CONTROL(version));
    await build(tools, join(unfinished, `cassandra-tools_${version}_all.deb`));
    for (const folder of [root, tools]) rmSync(folder, { recursive: true });
  });
}

/** Downloads Cassandra's jars and their dependencies from Maven Central. @returns their folder in the cache */
async function cassandraJars(version: string): Promise<string> {
  const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>sandbox</groupId><artifactId>cassandra</artifactId><version>1</version>
<dependencies><dependency><groupId>org.apache.cassandra</groupId><artifactId>cassandra-all</artifactId><version>${version}</version></dependency></dependencies>
</project>`;
  const folder = await cached(`cassandra-jars-${version}`, [pom, MAVEN_PLUGIN], async (unfinished) => {
    writeFileSync(join(unfinished, 'pom.xml'), pom);
    try {
      const target = `-DoutputDirectory=${join(unfinished, 'jars')}`;
      const build = ['mvn', '--batch-mode', '--quiet', MAVEN_PLUGIN, '-DincludeScope=runtime', target];
      await command(build, { cwd: unfinished, withDebianModes: true });
    } catch (error) {
      throw new SandboxError(`Cassandra ${version} cannot be downloaded from Maven Central: ${(error as Error).message}`);
    }
  });
  return join(folder, 'jars');
}

async function build(root: string, file: string): Promise<void> {
  await command(['dpkg-deb', '-Zgzip', '-z1', '--root-owner-group', '--build', root, file], { withDebianModes: true });
}

/** Creates a hard link, or a copy on another file system. */
function place(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    cpSync(from, to);
  }
}
