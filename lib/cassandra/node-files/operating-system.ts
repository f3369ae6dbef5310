import { DATA_DISK_DEVICE } from '../../cassandra-contract/metadata-keys';
import type { NodeFile } from './node-file';

/** Settings of a node's operating system. */
export const OPERATING_SYSTEM_FILES: readonly NodeFile[] = [
  {
    path: '/etc/sysctl.d/60-cassandra.conf',
    content: `# Cassandra maps every table file; it checks this number at its start.
vm.max_map_count = 1048575
# A node that swaps is slower than a node that is down.
vm.swappiness = 1
# Memory of the other socket is better than none.
vm.zone_reclaim_mode = 0
# Idle connections are kept known to the firewall, which forgets them after ten minutes, and dead ones are noticed in 90 seconds.
net.ipv4.tcp_keepalive_time = 60
net.ipv4.tcp_keepalive_probes = 3
net.ipv4.tcp_keepalive_intvl = 10
# Streams between nodes fill windows of 16 MiB.
net.core.rmem_max = 16777216
net.core.wmem_max = 16777216
net.ipv4.tcp_rmem = 4096 87380 16777216
net.ipv4.tcp_wmem = 4096 65536 16777216
`,
  },
  {
    path: '/etc/security/limits.d/60-cassandra.conf',
    content: `# For tools that operators run as cassandra, such as sstableverify; the service has its limits in its unit.
cassandra - nofile 1000000
cassandra - memlock unlimited
cassandra - nproc 32768
cassandra - as unlimited
`,
  },
  {
    path: '/etc/udev/rules.d/99-cassandra-read-ahead.rules',
    content: `# Reads are of a few KiB at random places: what is read ahead is thrown away. Runs after Google's rule that names the disk.
ACTION=="add|change", SUBSYSTEM=="block", SYMLINK=="disk/by-id/google-${DATA_DISK_DEVICE}", ATTR{queue/read_ahead_kb}="4"
`,
  },
];

/** Time source of all nodes: Cassandra resolves conflicting writes by timestamp. */
export const CHRONY_FILE: NodeFile = {
  path: '/etc/chrony/chrony.conf',
  content: `# Google's clock, which smears leap seconds, and no other: sources that differ would pull the nodes apart.
server metadata.google.internal iburst prefer minpoll 4 maxpoll 6
# What this machine's own clock is off by, remembered.
driftfile /var/lib/chrony/chrony.drift
# Steps the clock while it is far off at the boot, before Cassandra starts, and never afterwards.
makestep 0.1 3
# The next boot begins with the right time.
rtcsync
`,
};
