import { type CassandraConfiguration, cassandraYaml, DATA_DIRECTORY, ownershipMarker, rackdcProperties } from './cassandra-configuration';

/** Name under which the VM finds its data disk: `/dev/disk/by-id/google-NAME`. */
export const DATA_DISK_DEVICE = 'cassandra-data';

/** Metadata key: number of the disk that is attached. */
export const DATA_DISK_KEY = 'data-disk-number';

/** Metadata key: number of the disk this deployment created blank, the only one that may be formatted. */
export const BLANK_DISK_KEY = 'blank-data-disk-number';

/** Properties of a startup script. */
export interface StartupScriptProps {
  readonly nodeName: string;
  readonly cassandraVersion: string;
  readonly configuration: CassandraConfiguration;
}

/**
 * The script that runs at every boot of a node. It holds no secret: everybody who may read the VM may read it.
 *
 * Terraform takes a dollar sign before a brace for a reference of its own, so the script has none.
 */
export function startupScript({ nodeName, cassandraVersion, configuration }: StartupScriptProps): string {
  return `#!/bin/bash
# Brings up Cassandra node ${nodeName} of ring ${configuration.clusterName}.
# Runs at every boot; running it again changes nothing that is right already. What is in doubt, it refuses.
set -euo pipefail

readonly VERSION='${cassandraVersion}'
readonly ADDRESS='${configuration.address}'
readonly DISK=/dev/disk/by-id/google-${DATA_DISK_DEVICE}
readonly DATA=${DATA_DIRECTORY}
readonly MARKER=$DATA/.cassandra_fs_ownership
readonly METADATA=http://metadata.google.internal/computeMetadata/v1/instance
${FUNCTIONS}
marker() {
${file(ownershipMarker(configuration))}
}

cassandra_yaml() {
${file(cassandraYaml(configuration))}
}

rackdc() {
${file(rackdcProperties(configuration))}
}
${MAIN}`;
}

function file(text: string): string {
  return `  cat <<'END_OF_FILE'\n${text}END_OF_FILE`;
}

const FUNCTIONS = String.raw`
PHASE=begin
CHANGED=0

# --- messages: the serial console, the log, and a guest attribute ---

log() {
  echo "cassandra-node: $PHASE: $*"
}

report() {
  log "$1: $2"
  curl -fsS -m 5 -X PUT -H 'Metadata-Flavor: Google' --data "$1: $2" "$METADATA/guest-attributes/cassandra/state" || true
}

refuse() {
  report refused "$*"
  exit 2
}

on_exit() {
  local status=$1
  rm -f /usr/sbin/policy-rc.d
  if [[ $status -ne 0 && $status -ne 2 ]]; then
    report failed "phase $PHASE ended with status $status"
  fi
}
trap 'on_exit $?' EXIT

attribute() {
  curl -fsS -m 10 -H 'Metadata-Flavor: Google' "$METADATA/attributes/$1" || true
}

# Writes standard input to a file when it differs from what is there. Never at the end of a pipe, which would lose CHANGED.
write_file() {
  local target=$1 new
  new=$(mktemp)
  cat >"$new"
  if cmp -s "$new" "$target"; then
    rm "$new"
  else
    install -D -m 0644 "$new" "$target"
    rm "$new"
    CHANGED=1
    log "wrote $target"
  fi
}

# --- phase 1: the operating system ---

tune_os() {
  write_file /etc/sysctl.d/60-cassandra.conf <<'END_OF_FILE'
# Cassandra maps every table file; it checks this number at its start.
vm.max_map_count = 1048575
# A node that swaps is slower than a node that is down.
vm.swappiness = 1
vm.zone_reclaim_mode = 0
# Idle connections are kept known to the firewall.
net.ipv4.tcp_keepalive_time = 60
net.ipv4.tcp_keepalive_probes = 3
net.ipv4.tcp_keepalive_intvl = 10
net.core.rmem_max = 16777216
net.core.wmem_max = 16777216
net.ipv4.tcp_rmem = 4096 87380 16777216
net.ipv4.tcp_wmem = 4096 65536 16777216
END_OF_FILE
  sysctl --quiet --ignore --system
  swapoff -a
  echo never >/sys/kernel/mm/transparent_hugepage/defrag || log 'transparent huge pages are as the kernel has them'
}

# --- phase 2: the data disk ---

need_package() {
  local package=$1
  if ! dpkg -s "$package" >/dev/null 2>&1; then
    apt-get update --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends "$package"
  fi
}

await_disk() {
  local second
  for ((second = 0; second < 60; second++)); do
    if [[ -b $DISK ]]; then
      return
    fi
    sleep 1
  done
  refuse "the data disk is not attached: there is no $DISK"
}

# Whether this very disk was created blank by the deployment, which makes it the only one that may be formatted.
may_format() {
  local attached blank
  attached=$(attribute ${DATA_DISK_KEY})
  blank=$(attribute ${BLANK_DISK_KEY})
  [[ -n $attached && $attached == "$blank" ]]
}

# No file system, no partition table, and nothing but zeros where either would begin.
is_blank() {
  local signatures
  signatures=$(wipefs --noheadings --output TYPE "$DISK") || refuse "the data disk cannot be read"
  [[ -z $signatures ]] && cmp --silent --bytes=1048576 "$DISK" /dev/zero
}

format_blank_disk() {
  may_format || refuse "the data disk is blank and was not created blank by this deployment: restore it, or replace the node"
  need_package xfsprogs
  log "formatting the blank data disk"
  mkfs.xfs -q "$DISK"
}

# Only the root of a disk that was formatted just now holds nothing: a boot that was cut off before the marker was written.
write_first_marker() {
  local content
  rm -f "$MARKER.new"
  content=$(find "$DATA" -mindepth 1 -maxdepth 1 ! -name lost+found -print -quit)
  if [[ -z $content ]] && may_format; then
    marker >"$MARKER.new"
    sync "$MARKER.new"
    mv "$MARKER.new" "$MARKER"
    sync "$DATA"
  fi
}

# Unmounts what is not this node's disk, so that nothing can be written to it.
refuse_disk() {
  umount "$DATA"
  refuse "$*"
}

check_marker() {
  local markers
  if [[ ! -e $MARKER ]]; then
    write_first_marker
  fi
  markers=$(find "$DATA" -maxdepth 2 -name "$(basename "$MARKER")" | wc -l)
  if [[ $markers -ne 1 ]]; then
    refuse_disk "the data disk has $markers ownership markers instead of 1"
  fi
  if ! marker | cmp -s - "$MARKER"; then
    refuse_disk "the data disk belongs to another node: its marker says $(grep ownership_token "$MARKER" || echo nothing)"
  fi
}

mount_data_disk() {
  await_disk
  blockdev --setra 8 "$DISK"
  if mountpoint -q "$DATA"; then
    if [[ $(findmnt --noheadings --output SOURCE "$DATA") != "$(readlink -f "$DISK")" ]]; then
      refuse "something other than the data disk is mounted at $DATA"
    fi
  else
    if is_blank; then
      format_blank_disk
    fi
    mkdir -p "$DATA"
    mount -o noatime "$DISK" "$DATA" || refuse "the data disk has no file system that can be mounted"
  fi
  if [[ ! -w $DATA ]] || findmnt --noheadings --options ro "$DATA" >/dev/null; then
    refuse_disk "the data disk is read-only"
  fi
  check_marker
  grow_file_system
}

# A disk that was made larger gets a larger file system.
grow_file_system() {
  case $(findmnt --noheadings --output FSTYPE "$DATA") in
    xfs)
      need_package xfsprogs
      xfs_growfs "$DATA" >/dev/null
      ;;
    ext4) resize2fs "$DISK" ;;
    *) refuse_disk "the data disk must be xfs or ext4" ;;
  esac
}

# --- phase 3: the software ---

install_cassandra() {
  local installed
  installed=$(dpkg -s cassandra 2>/dev/null | sed -n 's/^Version: //p' || true)
  if [[ -n $installed ]]; then
    if [[ $installed != "$VERSION" ]]; then
      log "Cassandra $installed is installed and $VERSION is asked for: a boot never changes the version"
    fi
    return
  fi
  install -d /etc/apt/keyrings
  curl -fsSL https://downloads.apache.org/cassandra/KEYS -o /etc/apt/keyrings/apache-cassandra.asc
  write_file /etc/apt/sources.list.d/cassandra.list \
    <<<'deb [signed-by=/etc/apt/keyrings/apache-cassandra.asc] https://debian.cassandra.apache.org 50x main'
  # The package starts Cassandra when it is installed, under a cluster name that would stay on the disk.
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 0755 /usr/sbin/policy-rc.d
  apt-get update --quiet
  DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends \
    openjdk-17-jre-headless "cassandra=$VERSION" "cassandra-tools=$VERSION"
  apt-mark hold cassandra cassandra-tools
  rm -f /usr/sbin/policy-rc.d
}

# --- phase 4: the configuration ---

# A quarter of the memory, from 8 to 16 GiB, and never more than half of it.
heap_mib() {
  local memory heap
  memory=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
  heap=$((memory / 4))
  if ((heap < 8192)); then heap=8192; fi
  if ((heap > 16384)); then heap=16384; fi
  if ((heap > memory / 2)); then heap=$((memory / 2)); fi
  echo "$heap"
}

render_configuration() {
  write_file /etc/cassandra/cassandra.yaml <<<"$(cassandra_yaml)"
  write_file /etc/cassandra/cassandra-rackdc.properties <<<"$(rackdc)"
  # The snitch would believe this file about nodes it has not heard of yet.
  rm -f /etc/cassandra/cassandra-topology.properties
  write_file /etc/default/cassandra <<<"MAX_HEAP_SIZE=$(heap_mib)M"
  write_file /etc/systemd/system/cassandra.service <<'END_OF_FILE'
[Unit]
Description=Apache Cassandra, started by the startup script once the data disk is checked
After=network-online.target
Wants=network-online.target
RequiresMountsFor=${DATA_DIRECTORY}
ConditionPathIsMountPoint=${DATA_DIRECTORY}
StartLimitIntervalSec=1800
StartLimitBurst=10

[Service]
User=cassandra
Group=cassandra
EnvironmentFile=-/etc/default/cassandra
ExecStart=/usr/sbin/cassandra -f
ExecStop=/usr/bin/nodetool drain
TimeoutStopSec=300
SuccessExitStatus=143
Restart=on-failure
RestartSec=60
LimitNOFILE=1000000
LimitMEMLOCK=infinity
LimitNPROC=32768
LimitAS=infinity
END_OF_FILE
}

# --- phase 5: start, wait ---

start_cassandra() {
  # Another VM may have known the user by another number.
  if [[ $(stat -c %U "$DATA") != cassandra ]]; then
    chown -R cassandra:cassandra "$DATA"
  fi
  systemctl daemon-reload
  if systemctl --quiet is-active cassandra; then
    if ((CHANGED)); then
      log 'the configuration changed: it takes effect when Cassandra is restarted'
    fi
  else
    systemctl start cassandra
  fi
}

await_clients() {
  local second
  for ((second = 0; second < 900; second += 5)); do
    if (exec 3<>"/dev/tcp/$ADDRESS/9042") 2>/dev/null; then
      report ready "Cassandra takes clients at $ADDRESS"
      return
    fi
    # A unit that systemd is about to start again is not active either.
    if ! systemctl --quiet is-active cassandra; then
      journalctl --unit cassandra --lines 20 --no-pager
      return 1
    fi
    sleep 5
  done
  report starting 'Cassandra is up and takes no clients yet: a joining node first copies its data'
}
`;

const MAIN = `
phase() {
  PHASE=$1
  log begins
  "$1"
}

phase tune_os
phase mount_data_disk
phase install_cassandra
phase render_configuration
phase start_cassandra
phase await_clients
`;
