import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CassandraConfiguration, cassandraYaml, ownershipMarker, rackdcProperties } from '../../lib/cassandra/cassandra-configuration';
import { startupScript } from '../../lib/cassandra/startup-script';

const configuration: CassandraConfiguration = {
  clusterName: 'parking',
  datacenter: 'europe-west1',
  rack: 'europe-west1-b',
  address: '10.10.16.11',
  seeds: ['10.10.16.11', '10.10.16.12'],
  replicationFactor: 3,
  ownershipToken: 'parking/b1',
};
const script = startupScript({ nodeName: 'b1', cassandraVersion: '5.0.8', configuration });
const installed = (command: string) => spawnSync(command, ['--version']).status === 0;

describe('the configuration', () => {
  const lines = cassandraYaml(configuration).split('\n');

  test.each([
    'cluster_name: "parking"',
    'num_tokens: 16',
    'allocate_tokens_for_local_replication_factor: 3',
    'endpoint_snitch: "GossipingPropertyFileSnitch"',
    'listen_address: "10.10.16.11"',
    'authenticator: "PasswordAuthenticator"',
    'authorizer: "CassandraAuthorizer"',
    'disk_failure_policy: "die"',
    'commit_failure_policy: "die"',
    'startup_checks: {"check_filesystem_ownership":{"enabled":true,"ownership_token":"parking/b1"}}',
  ])('sets %s', (line) => {
    expect(lines).toContain(line);
  });

  test('says in one line before each setting why it is there', () => {
    for (const [index, line] of lines.entries()) {
      if (/^\w/.test(line)) expect(lines[index - 1]).toMatch(/^# .{10,}\.$/);
    }
  });

  test('keeps all that Cassandra writes on the data disk', () => {
    const directories = lines.filter((line) => /director(y|ies):/.test(line));
    expect(directories).toHaveLength(5);
    for (const line of directories) expect(line).toContain('"/var/lib/cassandra/');
  });

  test('fixes data centre and rack, and marks the disk', () => {
    expect(rackdcProperties(configuration)).toMatch(/\ndc=europe-west1\nrack=europe-west1-b\n$/);
    expect(ownershipMarker(configuration)).toBe('version=1\nvolume_count=1\nownership_token=parking/b1\n');
  });
});

describe('the startup script', () => {
  test('is bash', () => {
    execFileSync('bash', ['-n'], { input: script });
  });

  (installed('shellcheck') ? test : test.skip)('pleases shellcheck', () => {
    const { stdout, status } = spawnSync('shellcheck', ['-'], { input: script, encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });

  test('has nothing that Terraform would take for a reference', () => {
    expect(script).not.toMatch(/[$%]\{/);
  });

  test('fits into metadata', () => {
    expect(Buffer.byteLength(script)).toBeLessThan(256 * 1024);
  });
});

describe('the data disk', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'data-disk-'));
    mkdirSync(join(folder, 'data'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the script's own disk phase; the commands that would touch a machine leave a line in a journal instead. */
  function mountDataDisk(disk: { signature?: string; zeros?: boolean; number?: string; blankNumber?: string; readOnly?: boolean }) {
    const functions = script.slice(0, script.indexOf('\nphase tune_os')).replace('DATA=/var/lib/cassandra', `DATA=${folder}/data`);
    const fakes = `
      await_disk() { :; }
      attribute() { case $1 in data-disk-number) echo '${disk.number ?? '1'}' ;; *) echo '${disk.blankNumber ?? ''}' ;; esac; }
      curl() { :; }
      blockdev() { :; }
      need_package() { :; }
      mountpoint() { return 1; }
      wipefs() { echo '${disk.signature ?? ''}'; }
      cmp() { if [[ $* == *bytes* ]]; then return ${disk.zeros === false ? 1 : 0}; fi; command cmp "$@"; }
      findmnt() { if [[ $* == *ro* ]]; then return ${disk.readOnly ? 0 : 1}; fi; echo xfs; }
      journal() { echo "$*" >>'${folder}/journal'; }
      mkfs.xfs() { journal mkfs; }
      mount() { journal mount; }
      umount() { journal umount; }
      xfs_growfs() { journal grow; }
      phase mount_data_disk
    `;
    const { status, stdout, stderr } = spawnSync('bash', { input: functions + fakes, encoding: 'utf8' });
    const journal = existsSync(join(folder, 'journal')) ? readFileSync(join(folder, 'journal'), 'utf8').trim().split('\n') : [];
    return { status, journal, said: stdout.split('\n').filter((line) => line.includes('refused'))[0], stderr };
  }

  const mark = (text: string) => writeFileSync(join(folder, 'data', '.cassandra_fs_ownership'), text);
  const marked = () => readFileSync(join(folder, 'data', '.cassandra_fs_ownership'), 'utf8');

  test('is formatted and marked when it is blank and the one the node began with', () => {
    expect(mountDataDisk({ blankNumber: '1' })).toMatchObject({ status: 0, journal: ['mkfs', 'mount', 'grow'] });
    expect(marked()).toBe(ownershipMarker(configuration));
  });

  test('is mounted and left as it is when it carries the marker of the node', () => {
    mark(ownershipMarker(configuration));
    expect(mountDataDisk({ signature: 'xfs', blankNumber: '1' })).toMatchObject({ status: 0, journal: ['mount', 'grow'] });
  });

  test('is marked when a boot was cut off between formatting and marking', () => {
    writeFileSync(join(folder, 'data', '.cassandra_fs_ownership.new'), 'vers');
    expect(mountDataDisk({ signature: 'xfs', blankNumber: '1' })).toMatchObject({ status: 0, journal: ['mount', 'grow'] });
    expect(marked()).toBe(ownershipMarker(configuration));
  });

  test.each([
    ['was restored', { blankNumber: '' }],
    ['took the place of another', { number: '2', blankNumber: '1' }],
  ])('fails when it is blank and %s', (_, disk) => {
    expect(mountDataDisk(disk)).toMatchObject({
      status: 2,
      journal: [],
      said: expect.stringContaining('the data disk is blank and was not created blank by this deployment'),
    });
  });

  test('fails, unformatted, when it holds something that is no file system', () => {
    expect(mountDataDisk({ zeros: false, blankNumber: '1' }).journal).not.toContain('mkfs');
  });

  test('fails, and is let go of, when it belongs to another node', () => {
    mark(ownershipMarker({ ownershipToken: 'parking/c1' }));
    expect(mountDataDisk({ signature: 'xfs', blankNumber: '1' })).toMatchObject({
      status: 2,
      journal: ['mount', 'umount'],
      said: expect.stringContaining('belongs to another node: its marker says ownership_token=parking/c1'),
    });
  });

  test('fails when it holds data and no marker', () => {
    mkdirSync(join(folder, 'data', 'commitlog'));
    expect(mountDataDisk({ signature: 'xfs', blankNumber: '1' })).toMatchObject({
      status: 2,
      journal: ['mount', 'umount'],
      said: expect.stringContaining('has 0 ownership markers instead of 1'),
    });
  });

  test('fails when it has two markers', () => {
    mark(ownershipMarker(configuration));
    mkdirSync(join(folder, 'data', 'commitlog'));
    writeFileSync(join(folder, 'data', 'commitlog', '.cassandra_fs_ownership'), ownershipMarker(configuration));
    expect(mountDataDisk({ signature: 'xfs' }).said).toContain('has 2 ownership markers instead of 1');
  });

  test('fails when it is read-only', () => {
    mark(ownershipMarker(configuration));
    expect(mountDataDisk({ signature: 'xfs', readOnly: true })).toMatchObject({
      status: 2,
      journal: ['mount', 'umount'],
      said: expect.stringContaining('is read-only'),
    });
  });
});
