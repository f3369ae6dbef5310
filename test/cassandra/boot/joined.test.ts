import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TestMachine } from './test-machine';

const JOINED = `cluster_name=parking
datacenter=europe-west1
rack=europe-west1-b
num_tokens=16
cassandra_version=5.0.8
host_id=6f4c2a9e-0000-4000-8000-000000000001
`;

describe('the record of the ring on the data disk', () => {
  let machine: TestMachine;

  beforeEach(() => {
    machine = new TestMachine();
    write('var/lib/cassandra/joined', JOINED);
    write('var/lib/cassandra/data/system/local-7ad54392bcdd35a684174e047860b377/nb-1-big-Data.db');
  });
  afterEach(() => machine.remove());

  function write(file: string, text = ''): void {
    mkdirSync(dirname(machine.path(file)), { recursive: true });
    writeFileSync(machine.path(file), text);
  }

  const FAKES = `
    installed_version() { echo "$package"; }
    umount() { journal umount; }
    nodetool() {
      case $1 in
        version) echo 'ReleaseVersion: 5.0.8' ;;
        info) echo 'ID                     : 6f4c2a9e-0000-4000-8000-000000000001' ;;
        *) journal "nodetool $*" ;;
      esac
    }
  `;
  const check = (installed = '5.0.8') => machine.run('check_joined', `package=${installed}\n${FAKES}`);

  test('is missing on a disk that never joined', () => {
    rmSync(machine.path('var/lib/cassandra'), { recursive: true });
    expect(check().status).toBe(0);
  });

  test.each(['5.0.8', '5.0.9', '5.0.10'])('lets Cassandra %s start on a disk of 5.0.8', (version) => {
    expect(check(version)).toMatchObject({ status: 0, journal: [], state: undefined });
  });

  test.each([
    ['cluster_name=other', "the data disk joined the ring with cluster name 'other', and the configuration has 'parking'"],
    ['datacenter=dc1', "the data disk joined the ring with data centre 'dc1', and the configuration has 'europe-west1'"],
    ['rack=rack1', "the data disk joined the ring with rack 'rack1', and the configuration has 'europe-west1-b'"],
    ['num_tokens=256', "the data disk joined the ring with number of tokens '256', and the configuration has '16'"],
    ['cassandra_version=5.0.10', 'the data disk was last used by Cassandra 5.0.10, and 5.0.8 is installed: a disk does not go back'],
  ])('refuses and unmounts the disk on %s', (line, message) => {
    const key = line.slice(0, line.indexOf('='));
    write('var/lib/cassandra/joined', JOINED.replace(new RegExp(`^${key}=.*$`, 'm'), line));
    expect(check()).toMatchObject({ status: 2, journal: ['umount'], state: `refused: ${message}` });
  });

  test.each(['pa-3gd9_0o-big-Data.db', 'db-7-bti-Data.db'])('refuses an SSTable of a newer Cassandra, %s', (file) => {
    write(`var/lib/cassandra/data/system/peers_v2-c4325fbb8e5e3bafbd070f9250ed818e/${file}`);
    expect(check()).toMatchObject({
      status: 2,
      journal: ['umount'],
      state: `refused: the data disk has files of a Cassandra newer than 5.0.8: ${file}`,
    });
  });

  test.each(['me-1-big-Data.db', 'oa-1-big-Data.db', 'da-1-bti-Data.db'])('accepts an SSTable that 5.0 reads, %s', (file) => {
    write(`var/lib/cassandra/data/system/peers_v2-c4325fbb8e5e3bafbd070f9250ed818e/${file}`);
    expect(check().status).toBe(0);
  });

  test('refuses a disk whose data is gone', () => {
    rmSync(machine.path('var/lib/cassandra/data'), { recursive: true });
    expect(check()).toMatchObject({
      status: 2,
      state: 'refused: the data disk joined the ring and holds no data any more: restore it from a snapshot, or replace the node',
    });
  });

  test('is written once the node has joined, and removes the permission and the join mode', () => {
    rmSync(machine.path('var/lib/cassandra/joined'));
    write('var/lib/cassandra/joining', 'replace\n');
    write('etc/cassandra-replace-disk', '2\n');
    write('run/cassandra-first-start', 'JVM_EXTRA_OPTS=-Dcassandra.replace_address_first_boot=10.10.16.11\n');
    expect(machine.run('mark_joined', FAKES)).toMatchObject({ status: 0, journal: ['nodetool reloadseeds'] });
    expect(machine.read('var/lib/cassandra/joined')).toBe(JOINED);
    for (const file of ['var/lib/cassandra/joining', 'etc/cassandra-replace-disk', 'run/cassandra-first-start']) {
      expect(existsSync(machine.path(file))).toBe(false);
    }
    expect(machine.read('etc/cassandra/cassandra.yaml')).toContain('- seeds: "10.10.16.11,10.10.16.12,10.10.16.13"');
  });

  test('is not written partially when Cassandra does not answer', () => {
    rmSync(machine.path('var/lib/cassandra/joined'));
    expect(machine.run('mark_joined', `package=5.0.8\n${FAKES}\nnodetool() { return 1; }`)).toMatchObject({
      status: 1,
      state: 'failed: phase mark_joined ended with status 1',
    });
    expect(existsSync(machine.path('var/lib/cassandra/joined'))).toBe(false);
  });

  test('is updated after an upgrade, and otherwise unchanged', () => {
    write('var/lib/cassandra/joined', JOINED.replace('5.0.8', '5.0.7'));
    expect(machine.run('mark_joined', FAKES)).toMatchObject({ status: 0, journal: [] });
    expect(machine.read('var/lib/cassandra/joined')).toBe(JOINED);
  });
});
