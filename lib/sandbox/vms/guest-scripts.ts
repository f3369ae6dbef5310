/** Capabilities that VMs lack, so they cannot set the host's clock, load modules or create devices. */
export const FORBIDDEN_CAPABILITIES = [
  'audit_control',
  'bpf',
  'mac_admin',
  'mac_override',
  'mknod',
  'sys_module',
  'sys_rawio',
  'sys_time',
  'syslog',
  'wake_alarm',
]
  .map((name) => `-${name}`)
  .join(',');

/**
 * First process of the lab, in separate mount, network and process namespaces that connect the VMs' networks. When it ends for any reason,
 * the kernel removes all processes, mounts, interfaces and loop devices of the lab.
 */
export const LAB_SCRIPT = `
set -euo pipefail
ip link set lo up
sysctl --quiet --write net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
for address in "$@"; do
  ip address add "$address/32" dev lo
done
echo ready
while :; do
  sleep 86400 &
  wait $! || true
done
`;

/** Attaches a disk image to a loop device, prints the device, and detaches it when its input ends. Further arguments are options of losetup. */
export const DISK_SCRIPT = `
set -euo pipefail
image=$1
shift
device=$(losetup --find --show "$@" "$image")
exec 9<"$device"
# Detached once it is no longer open.
losetup --detach "$device"
echo "$device"
cat >/dev/null
`;

/** Shell function that adds a network interface: `ens4` in the current namespace, and a peer with the given name in the lab. */
const INTERFACE = `
add_interface() {
  local address=$1 gateway=$2 link=$3
  ip link add ens4 mtu 1460 type veth peer name "$link" mtu 1460 netns 1
  ip link set lo up
  ip address add "$address/32" dev ens4
  ip link set ens4 up
  nsenter --net=/proc/1/ns/net ip link set "$link" up
  nsenter --net=/proc/1/ns/net ip route replace "$address/32" dev "$link"
  nsenter --net=/proc/1/ns/net ip address add "$gateway/32" dev "$link"
  ip route add "$gateway/32" dev ens4
  ip route add default via "$gateway" dev ens4
}
`;

/** Adds an interface to a network namespace, and keeps the namespace until its input ends. */
export const HOST_SCRIPT = `
set -euo pipefail
${INTERFACE}
add_interface "$@"
echo ready
cat >/dev/null
`;

/**
 * Runs a VM from power on to power off. Executed in the lab, in a separate network namespace, with folder, image, control group and further
 * parameters as environment variables.
 */
export const BOOT_SCRIPT = String.raw`
set -euo pipefail
umask 022
${INTERFACE}
echo 0 >"$CGROUP/cgroup.procs"
add_interface "$ADDRESS" "$GATEWAY" "$LINK"

# The overlay's scratch space: after a run that was cut off, the kernel refuses it.
rm -rf "$VM/work"
mkdir -p "$VM/upper" "$VM/work" "$VM/root" "$VM/dev" "$VM/settings"
if mountpoint --quiet "$VM/dev"; then umount --lazy "$VM/dev"; fi
mount -t tmpfs -o mode=755,size=4m tmpfs "$VM/dev"
node() {
  mknod --mode="$1" "$VM/dev/$2" c "$3" "$4"
}
node 666 null 1 3
node 666 zero 1 5
node 666 full 1 7
node 666 random 1 8
node 666 urandom 1 9
node 666 tty 5 0
mkdir -p "$VM/dev/pts" "$VM/dev/shm" "$VM/dev/disk/by-id"
ln -s pts/ptmx "$VM/dev/ptmx"
ln -s /proc/self/fd "$VM/dev/fd"
ln -s fd/0 "$VM/dev/stdin"
ln -s fd/1 "$VM/dev/stdout"
ln -s fd/2 "$VM/dev/stderr"
touch "$VM/console" "$VM/dev/ttyS0" "$VM/dev/console"

# There is one kernel, and its settings are the machine's: the VM writes on a copy, which tests can read.
rm -rf "$VM/settings"
mkdir "$VM/settings"
cp --recursive --no-preserve=all /proc/sys/vm /proc/sys/kernel /proc/sys/fs "$VM/settings" 2>/dev/null || true
mkdir "$VM/settings/core"
for setting in rmem_default rmem_max wmem_default wmem_max optmem_max; do
  cat "/proc/sys/net/core/$setting" >"$VM/settings/core/$setting" 2>/dev/null || echo 212992 >"$VM/settings/core/$setting"
done
cat /proc/sys/kernel/random/uuid >"$VM/settings/kernel/random/boot_id"
awk -v kib=$((MEMORY_MIB * 1024)) '
  /^MemTotal:/ { total = $2 }
  /^(MemTotal|MemFree|MemAvailable|Buffers|Cached|SwapCached|Active|Inactive):/ { printf "%-16s%8d kB\n", $1, $2 * kib / total; next }
  /^Swap(Total|Free):/ { printf "%-16s%8d kB\n", $1, 0; next }
  { print }' /proc/meminfo >"$VM/meminfo"
printf 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' >"$VM/swaps"

exec unshare --mount --pid --uts --ipc --cgroup --fork --kill-child=KILL --propagation private bash -c "$INIT_SCRIPT" vm
`;

/** First process of a VM until it executes systemd: sets up the file systems that the VM sees. */
export const INIT_SCRIPT = String.raw`
set -euo pipefail
root=$VM/root
hostname "$NAME"
mount -t overlay overlay -o "lowerdir=$IMAGE,upperdir=$VM/upper,workdir=$VM/work,volatile" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"

mount --bind "$root/proc/sys" "$root/proc/sys"
mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
mount -o remount,bind,ro "$root/proc/sys"
for setting in vm kernel fs; do
  mount --bind "$VM/settings/$setting" "$root/proc/sys/$setting"
done
for setting in kernel/random/uuid kernel/hostname kernel/domainname; do
  mount --bind "/proc/sys/$setting" "$root/proc/sys/$setting"
done
for setting in "$VM"/settings/core/*; do
  if [[ -e $root/proc/sys/net/core/$(basename "$setting") ]]; then
    mount --bind "$setting" "$root/proc/sys/net/core/$(basename "$setting")"
  fi
done
if [[ -e $root/proc/sysrq-trigger ]]; then
  mount --bind "$root/proc/sysrq-trigger" "$root/proc/sysrq-trigger"
  mount -o remount,bind,ro "$root/proc/sysrq-trigger"
fi
mount --bind "$VM/swaps" "$root/proc/swaps"
mount --bind "$VM/meminfo" "$root/proc/meminfo"

mount --bind "$VM/dev" "$root/dev"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount --bind "$VM/console" "$root/dev/ttyS0"
mount --bind "$VM/console" "$root/dev/console"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"

echo "$NAME" >"$root/etc/hostname"
printf '%s\n' "$HOSTS" >"$root/etc/hosts"
: >"$root/etc/resolv.conf"
if [[ ! -s $root/etc/machine-id ]]; then
  tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
fi
printf '%s' "$CA" >"$root/usr/local/share/ca-certificates/sandbox.crt"
{
  cat "$IMAGE/etc/ssl/certs/ca-certificates.crt"
  printf '%s' "$CA"
} >"$root/etc/ssl/certs/ca-certificates.crt"

cd "$root"
mkdir -p mnt/machine
pivot_root . mnt/machine
umount --lazy /mnt/machine
rmdir /mnt/machine
echo up
exec env --ignore-environment container=gce PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
  setpriv --bounding-set=${FORBIDDEN_CAPABILITIES} /sbin/init </dev/null >/dev/null 2>&1 9>&-
`;
