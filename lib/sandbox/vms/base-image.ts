import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache';
import { command } from './command';
import { writeReadable } from './readable-files';

/**
 * Packages of the boot image: Debian 12 with the packages of Google's image that a startup script needs, and those that a node would
 * install from Debian, so no VM needs Debian's mirrors.
 */
export const IMAGE_PACKAGES: readonly string[] = [
  'adduser',
  'ca-certificates',
  'chrony',
  'curl',
  'dbus',
  'e2fsprogs',
  'google-guest-agent',
  'gpgv',
  'iproute2',
  'jq',
  'kmod',
  'nftables',
  'openjdk-17-jre-headless',
  'openssl',
  'procps',
  'python3',
  'sudo',
  'systemd',
  'systemd-sysv',
  'udev',
  'util-linux',
  'xfsprogs',
];

/** Masked units: those that need devices, consoles or a kernel of their own, and timers that only use CPU time. */
const MASKED_UNITS: readonly string[] = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'console-getty.service',
  'dev-hugepages.mount',
  'dev-mqueue.mount',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty-static.service',
  'getty.target',
  'google-guest-agent.service',
  'proc-sys-fs-binfmt_misc.automount',
  'sys-fs-fuse-connections.mount',
  'sys-kernel-config.mount',
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount',
  'systemd-ask-password-console.path',
  'systemd-ask-password-wall.path',
  'systemd-binfmt.service',
  'systemd-logind.service',
  'systemd-modules-load.service',
  'systemd-pcrphase.service',
  'systemd-remount-fs.service',
  'systemd-timesyncd.service',
  'systemd-tmpfiles-clean.timer',
  'systemd-udev-settle.service',
  'systemd-udev-trigger.service',
  'systemd-udevd-control.socket',
  'systemd-udevd-kernel.socket',
  'systemd-udevd.service',
  'systemd-update-utmp-runlevel.service',
  'systemd-update-utmp.service',
  'xfs_scrub_all.timer',
];

/** Files of the image that differ from Debian's, with their content. */
const FILES: Readonly<Record<string, string>> = {
  // The image contains all packages from Debian.
  'etc/apt/sources.list': '',
  // A VM shares the clock of the host: chrony compares it with the metadata server's and never sets it.
  'etc/default/chrony': 'DAEMON_OPTS="-x -f /run/chrony-of-vm.conf"\n',
  'etc/chrony/chrony.conf': 'server metadata.google.internal prefer iburst minpoll 4 maxpoll 4\ndriftfile /var/lib/chrony/chrony.drift\n',
  // The shortest poll interval synchronizes the clock after one second instead of four.
  'etc/systemd/system/chrony.service.d/vm.conf': `[Unit]
ConditionCapability=

[Service]
ExecStartPre=+/bin/sh -c "sed 's/minpoll [0-9]*/minpoll 0/' /etc/chrony/chrony.conf >/run/chrony-of-vm.conf"
`,
  'etc/systemd/journald.conf.d/vm.conf': '[Journal]\nStorage=persistent\nSystemMaxUse=64M\n',
  // On Google's image rsyslog shows what daemons and the kernel say on the serial port.
  'etc/systemd/system/serial-port.service': `[Unit]
Description=Messages on the serial port

[Service]
ExecStart=/usr/bin/journalctl --boot --follow --lines=all --facility=daemon,kern
StandardOutput=append:/dev/ttyS0
Restart=always
`,
};

/** Units that are enabled besides Debian's. */
const ENABLED_UNITS = ['serial-port.service'];

/** Builds the read-only root file system that VMs share, once, in about a minute. @returns its folder in the cache */
export async function baseImage(): Promise<string> {
  const folder = await cached('debian-12', [IMAGE_PACKAGES, MASKED_UNITS, FILES, ENABLED_UNITS, 2], async (unfinished) => {
    const root = join(unfinished, 'root');
    // In a separate mount namespace, so an interruption leaves no mounts.
    const build = [
      'unshare',
      '--mount',
      '--propagation=private',
      'mmdebstrap',
      '--variant=minbase',
      '--skip=check/qemu',
      '--dpkgopt=force-unsafe-io',
      '--dpkgopt=path-exclude=/usr/share/doc/*',
      '--dpkgopt=path-exclude=/usr/share/locale/*',
      `--include=${IMAGE_PACKAGES.join(',')}`,
      'bookworm',
      root,
    ];
    await command(build, { withDebianModes: true });
    const units = join(root, 'etc/systemd/system');
    symlinkSync('/lib/systemd/system/multi-user.target', join(units, 'default.target'));
    for (const unit of MASKED_UNITS) {
      rmSync(join(units, unit), { force: true });
      symlinkSync('/dev/null', join(units, unit));
    }
    for (const [path, content] of Object.entries(FILES)) writeReadable(root, path, content);
    for (const unit of ENABLED_UNITS) symlinkSync(join('/etc/systemd/system', unit), join(units, 'multi-user.target.wants', unit));
    for (const path of ['etc/resolv.conf', 'etc/hostname']) rmSync(join(root, path), { force: true });
    writeReadable(root, 'etc/machine-id', '');
    chmodSync(unfinished, 0o755);
  });
  return join(folder, 'root');
}
