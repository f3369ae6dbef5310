import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A `gcloud` on PATH whose VMs are folders: what is sent to them runs in a real bash, with a `nodetool`, `systemctl` and `curl` that
 * print the files of the folder, and with the folder in place of `/run` and `/var/lib/cassandra`.
 */
export class FakeGcloud {
  public readonly folder = mkdtempSync(path.join(tmpdir(), 'gcloud '));

  constructor(vms: readonly string[]) {
    this.program('gcloud', GCLOUD);
    this.program('nodetool', 'cat "$VM/nodetool-$1" 2>/dev/null && exit\necho "nodetool: Failed to connect to \'127.0.0.1:7199\'"\nexit 1');
    this.program('systemctl', SYSTEMCTL);
    this.program('curl', 'case "$*" in */code) cat "$VM/code" ;; *) cat "$VM/says" ;; esac');
    this.program('journalctl', 'cat "$VM/restarts" 2>/dev/null || true');
    this.program('cassandra-cql', CQL);
    this.program('findmnt', 'case "$*" in *SOURCE*) echo /dev/sdb ;; *) echo xfs ;; esac');
    this.program('blockdev', 'cat "$VM/disk-bytes"');
    this.program('xfs_info', 'cat "$VM/xfs-info"');
    this.program('hostname', 'cat "$VM/address"');
    this.program('ss', 'cat "$VM/nodetool-status" 2>/dev/null | head -1');
    this.program('ps', 'echo "    90061"');
    for (const vm of vms) for (const below of ['run', 'cassandra/hints']) mkdirSync(path.join(this.folder, vm, below), { recursive: true });
  }

  public get environment(): Record<string, string> {
    return { PATH: `${this.folder}:/usr/bin:/bin`, FAKE: this.folder };
  }

  /** Calls of gcloud, a line each. */
  public get calls(): string[] {
    return this.read('calls').split('\n').filter(Boolean);
  }

  public write(file: string, content: string): void {
    writeFileSync(path.join(this.folder, file), content);
  }

  /** Content of a file; empty when it is missing. */
  public read(file: string): string {
    const whole = path.join(this.folder, file);
    return existsSync(whole) ? readFileSync(whole, 'utf8') : '';
  }

  public remove(file = ''): void {
    rmSync(path.join(this.folder, file), { recursive: true, force: true });
  }

  private program(name: string, script: string): void {
    writeFileSync(path.join(this.folder, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  }
}

/** Of a file system as large as a disk of 10 GiB. */
export const XFS_INFO = `meta-data=/dev/sdb               isize=512    agcount=4, agsize=655360 blks
data     =                       bsize=4096   blocks=2621440, imaxpct=25
         =                       sunit=0      swidth=0 blks
log      =internal log           bsize=4096   blocks=16384, version=2
realtime =none                   extsz=4096   blocks=0, rtextents=0
`;

const GCLOUD = `
printf '%s\\n' "$*" >>"$FAKE/calls"
export VM=$FAKE/$3
if [ ! -d "$VM" ]; then
  printf 'debug1: nothing\\nERROR: (gcloud.compute.ssh) Could not fetch resource:\\n' >&2
  exit 1
fi
[ "\${*: -1}" = '--command=sudo -n bash -s' ] || exit 1
sed -e 's#/run/#"$VM"/run/#g' -e 's#/var/lib/cassandra#"$VM"/cassandra#g' -e 's#/etc/cassandra/tls#"$VM"#g' | bash -s`;

/** The role has the first version of the password, and the next one once it is altered with it. */
const CQL = `
case "$*" in
  *hints_flush_period*) echo 10s ;;
  *system_auth.roles*) printf 'cassandra\\tfalse\\tfalse\\noperator\\ttrue\\ttrue\\n' ;;
  '--password-version '*'ALTER ROLE'*) echo $(($2 + 1)) >"$FAKE/password-version" ;;
  '--password-version '*) [ "$2" = "$(cat "$FAKE/password-version" 2>/dev/null || echo 1)" ] || exit 3 ;;
esac`;

const SYSTEMCTL = `
case "$*" in
  *ActiveState*) cat "$VM/unit" ;;
  *MainPID*) echo 4711 ;;
  *) echo "$*" >>"$VM/systemctl" ;;
esac`;
