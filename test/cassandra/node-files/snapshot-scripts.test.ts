import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CassandraConfiguration } from '../../../lib/cassandra/cassandra-configuration';
import { archiveStartFiles } from '../../../lib/cassandra/node-files/commit-log-archive';
import { cqlClient } from '../../../lib/cassandra/node-files/cql-client';
import { snapshotFiles } from '../../../lib/cassandra/node-files/snapshot-scripts';
import { Authority } from '../authority';
import { CONFIGURATION } from '../node-configuration';
import { bytes, type CqlAnswer, CqlServer, type CqlType, int } from './cql-server';
import { ScriptMachine } from './python-script';

const [TEXT, INT, BIGINT, UUID]: readonly CqlType[] = [[0x0d], [0x09], [0x02], [0x0c]];
const HOST = '6f4c2a9e-0000-4000-8000-000000000001';
const ID = '9a8b7c6d000011f08000aabbccddeeff';
const ORDERS = `data/shop/orders-${ID}`;

/** Commands of the VM: each is written to the journal. */
const COMMANDS = {
  nodetool: 'exit $(cat "$ROOT/flush-status" 2>/dev/null || echo 0)',
  sync: '',
  systemctl: '',
  fsfreeze: `
    case $1 in
      --freeze) [ ! -e "$ROOT/frozen" ] && : >"$ROOT/frozen"; [ ! -e "$ROOT/on-freeze" ] || sh "$ROOT/on-freeze" ;;
      --unfreeze) rm "$ROOT/frozen" 2>/dev/null ;;
    esac`,
  sstablemetadata: `
    for file; do
      printf 'SSTable: %s\\nMaximum timestamp: 11/30/2025 06:00:00 (1764482400000000)\\n' "\${file%-Data.db}"
      printf 'TTL max: %s\\n' "$(cat "$ROOT/ttl" 2>/dev/null || echo 0)"
    done`,
};

describe('the guest scripts of a snapshot', () => {
  let machine: ScriptMachine;
  let server: CqlServer;
  let data: string;
  let address: string;
  let rows: number;
  let replicas: number;

  /** Canary in the table; `undefined` without the table. */
  let canary: string | undefined;
  let canaryReplicas: number;

  const path = (file: string): string => join(machine.root, file);
  const text = (value: string): Buffer => Buffer.from(value);
  const journal = (): string[] => (existsSync(path('journal')) ? readFileSync(path('journal'), 'utf8').trim().split('\n') : []);
  const read = (): Record<string, unknown> => JSON.parse(readFileSync(join(data, 'snapshot-manifest.json'), 'utf8'));

  function answer(statement: string): CqlAnswer {
    const uuid = Buffer.from(HOST.replaceAll('-', ''), 'hex');
    const [, from = ''] = /FROM (\S+)/.exec(statement) ?? [];
    if (statement.startsWith('CREATE TABLE')) canary ??= '';
    const [, written] = /^INSERT INTO gke_platform.canary \(host, id, at\) VALUES \(\S+, (\S+), \d+\)$/.exec(statement) ?? [];
    if (written !== undefined) canary = written;
    if (!from) return 'void';
    switch (from) {
      case 'gke_platform.canary':
        return { columns: [UUID!], rows: [[Buffer.from(canary!.replaceAll('-', ''), 'hex')]] };
      case 'system.local':
        if (statement.startsWith('SELECT data_center')) return { columns: [TEXT!], rows: [[text('europe-west1')]] };
        return {
          columns: [UUID!, [0x22, 0x0d], TEXT!],
          rows: [[uuid, Buffer.concat([int(2), bytes(text('9')), bytes(text('-4'))]), text('5.0.8')]],
        };
      case 'system.peers_v2':
        return { columns: [TEXT!], rows: [[text('europe-west1')], [text('europe-west1')], [text('us-east1')]] };
      case 'system_schema.keyspaces': {
        const replication = Buffer.concat([int(1), bytes(text('europe-west1')), bytes(text(String(replicas)))]);
        if (statement.startsWith('SELECT replication'))
          return {
            columns: [[0x21, 0x0d, 0x0d]],
            rows: [[Buffer.concat([int(1), bytes(text('europe-west1')), bytes(text(String(canaryReplicas)))])]],
          };
        if (statement.includes('durable_writes')) return { columns: [TEXT!, TEXT!, TEXT!], rows: [] };
        return { columns: [TEXT!, [0x21, 0x0d, 0x0d]], rows: [[text('shop'), replication]] };
      }
      case 'system_schema.tables':
        if (statement.includes("'canary'")) return { columns: [TEXT!], rows: canary === undefined ? [] : [[text('canary')]] };
        if (statement.includes('flags')) return { columns: [TEXT!], rows: [[text('shop')]] };
        return { columns: [TEXT!, TEXT!], rows: [[text('shop'), text('orders')]] };
      case 'system_schema.columns':
        if (statement.includes('clustering_order')) return { columns: [TEXT!], rows: [] };
        return { columns: [TEXT!, TEXT!, INT!], rows: [[text('id'), text('partition_key'), int(0)]] };
      case '"shop"."orders"':
        return { columns: [BIGINT!], rows: Array.from({ length: rows }, () => [Buffer.alloc(8)]) };
      default:
        return { columns: [TEXT!], rows: [] };
    }
  }

  function addSstable(name: string, folder = ORDERS): void {
    mkdirSync(join(data, folder), { recursive: true });
    for (const [component, content] of [
      ['Data.db', 'rows'],
      ['Digest.crc32', '77'],
    ] as const)
      writeFileSync(join(data, folder, `${name}-${component}`), content);
  }

  beforeEach(async () => {
    machine = new ScriptMachine();
    [address] = machine.addresses as [string];
    data = path('var/lib/cassandra');
    [rows, replicas, canary, canaryReplicas] = [2, 3, '', 3];
    const authority = new Authority();
    machine.write('etc/cassandra/tls/ca.pem', authority.certificate);
    machine.write('usr/local/sbin/cassandra-secret', '#!/bin/sh\necho secret\n');
    machine.write('usr/local/sbin/cassandra-cql', cqlClient({ ringName: 'r', superuser: 'operator', address }));
    mkdirSync(path('run'), { recursive: true });
    writeProgram(CONFIGURATION);
    for (const [name, script] of Object.entries(COMMANDS))
      machine.write(`bin/${name}`, `#!/bin/sh\nROOT=${machine.root}\necho "${name} $*" | sed "s|$ROOT||g" >>"$ROOT/journal"\n${script}\n`);
    addSstable('nb-1-big');
    mkdirSync(join(data, 'commitlog'));
    writeFileSync(join(data, 'commitlog/CommitLog-7-1764482400000.log'), '');
    writeFileSync(join(data, 'joined'), '');
    server = new CqlServer(authority.key({ address }), answer);
    server.passwords.operator = 'secret';
    await server.listen(address);
  });
  afterEach(() => {
    server.close();
    machine.remove();
  });

  const run = (command: string) => machine.run('program', [command], { path: path('bin') });

  function writeProgram(configuration: CassandraConfiguration): void {
    const { content } = snapshotFiles(configuration)[0]!;
    machine.write(
      'program',
      content.replaceAll(/(?<=')\/(?:run|var)\//g, (folder) => machine.root + folder),
    );
  }

  /** Nothing is frozen, and no manifest is left. */
  function expectClean(): void {
    expect(existsSync(path('frozen'))).toBe(false);
    expect(readdirSync(data).filter((name) => name.startsWith('snapshot-manifest'))).toEqual([]);
    expect(readdirSync(path('run')).filter((name) => name !== 'cassandra-snapshot-frozen.lock')).toEqual([]);
  }

  test('flush, write the manifest, start the watchdog and only then freeze', async () => {
    expect(await run('prepare')).toMatchObject({ status: 0 });
    expect(journal().filter((line) => !line.startsWith('sstablemetadata'))).toEqual([
      'nodetool flush',
      'sync --file-system /var/lib/cassandra',
      'systemctl restart cassandra-thaw.timer',
      'fsfreeze --freeze /var/lib/cassandra',
    ]);
    const hash =
      (BigInt(
        `0x${createHash('sha256')
          .update(Buffer.concat([int(8), Buffer.alloc(8)]))
          .digest('hex')}`,
      ) *
        2n) %
      2n ** 256n;
    expect(read()).toEqual({
      ...{ formatVersion: 1, cluster: 'parking', datacenter: 'europe-west1', rack: 'europe-west1-b', node: 'b1' },
      ...{ hostId: HOST, tokens: ['-4', '9'], cassandraVersion: '5.0.8', newestWrite: 1764482400000000 },
      canary: { id: canary, at: expect.any(Number) },
      takenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      schemaDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      sstables: [{ table: 'shop.orders', id: ID, name: 'nb-1-big', bytes: 4, digest: '77' }],
      commitLogs: [{ name: 'CommitLog-7-1764482400000.log' }],
      rows: [{ keyspace: 'shop', table: 'orders', parts: 1, rows: 2, hash: hash.toString(16).padStart(64, '0') }],
    });
    expect(server.asked).toContain('operator 1: SELECT "id" FROM "shop"."orders"');
    // At QUORUM.
    expect(server.asked.filter((statement) => statement.startsWith('operator 4: '))).toEqual([
      expect.stringContaining('INSERT INTO gke_platform'),
    ]);
  });

  test('the script after the snapshot thaws, and leaves nothing', async () => {
    await run('prepare');
    expect(await run('finish')).toMatchObject({ status: 0, stderr: '' });
    expectClean();
    expect(journal().slice(-2)).toEqual(['fsfreeze --unfreeze /var/lib/cassandra', 'systemctl stop cassandra-thaw.timer']);
  });

  test('a disk that the watchdog has thawed fails the snapshot', async () => {
    await run('prepare');
    rmSync(path('frozen'));
    expect(await run('finish')).toMatchObject({ status: 1, stderr: expect.stringContaining('was not frozen any more') });
    expectClean();
  });

  test('SSTables that change before the freeze are listed again', async () => {
    writeFileSync(path('on-freeze'), `rm "$0"; mv ${data}/${ORDERS}/nb-1-big-Data.db ${data}/${ORDERS}/nb-2-big-Data.db`);
    expect(await run('prepare')).toMatchObject({ status: 0 });
    expect(read()).toMatchObject({ sstables: [{ name: 'nb-1-big', bytes: 0 }, { name: 'nb-2-big' }], rows: [] });
    expect(journal().filter((line) => line.startsWith('fsfreeze'))).toEqual(
      ['--freeze', '--unfreeze', '--freeze'].map((option) => `fsfreeze ${option} /var/lib/cassandra`),
    );
  });

  test('SSTables that change each time fail it, and nothing stays frozen', async () => {
    writeFileSync(path('on-freeze'), `echo x >>${data}/${ORDERS}/nb-1-big-Data.db`);
    expect(await run('prepare')).toMatchObject({ status: 1, stderr: expect.stringContaining('changed at each of 5 attempts') });
    expectClean();
  });

  test('a commit log that begins before the freeze is listed', async () => {
    writeFileSync(path('on-freeze'), `rm "$0"; : >${data}/commitlog/CommitLog-7-1764482400001.log`);
    expect(await run('prepare')).toMatchObject({ status: 0 });
    expect(read().commitLogs).toHaveLength(2);
  });

  test('a change of the schema is read again', async () => {
    const schema = 'data/system_schema/tables-00000000000000000000000000000001';
    addSstable('nb-1-big', schema);
    writeFileSync(path('on-freeze'), `rm "$0"; : >${data}/${schema}/nb-2-big-Data.db`);
    expect(await run('prepare')).toMatchObject({ status: 0 });
    expect(server.asked.filter((statement) => statement.includes('durable_writes'))).toHaveLength(2);
  });

  test('a flush that fails makes no snapshot', async () => {
    writeFileSync(path('flush-status'), '2');
    expect(await run('prepare')).toMatchObject({ status: 1, stderr: expect.stringContaining('nodetool flush ended with 2') });
    expectClean();
  });

  test('one snapshot at a time', async () => {
    await run('prepare');
    expect(await run('prepare')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('another snapshot of the data disk is being taken'),
    });
    expect(existsSync(path('frozen'))).toBe(true);
    rmSync(path('frozen'));
    utimesSync(path('run/cassandra-snapshot-frozen'), 0, 0);
    expect(await run('prepare')).toMatchObject({ status: 0 });
  });

  test('the first node creates the table of canaries, with a replica on each node', async () => {
    canary = undefined;
    expect(await run('prepare')).toMatchObject({ status: 0 });
    expect(server.asked.filter((statement) => statement.includes('CREATE'))).toEqual([
      "operator 4: CREATE KEYSPACE IF NOT EXISTS gke_platform WITH replication = {'class': 'NetworkTopologyStrategy', 'europe-west1': 3}",
      'operator 4: CREATE TABLE IF NOT EXISTS gke_platform.canary (host uuid PRIMARY KEY, id uuid, at timestamp)',
    ]);
    expect(read()).toMatchObject({ canary: { id: canary } });
  });

  test('a keyspace of canaries that is not on all nodes has none', async () => {
    canaryReplicas = 2;
    expect(await run('prepare')).toMatchObject({ status: 0, stderr: expect.stringContaining('must have a replica on each of 3 nodes') });
    expect(read()).toMatchObject({ canary: null });
  });

  test('a node that has not joined makes no snapshot', async () => {
    rmSync(join(data, 'joined'));
    expect(await run('prepare')).toMatchObject({ status: 1, stderr: expect.stringContaining('has not joined') });
    expect(journal()).toEqual([]);
  });

  test.each([
    ['cells that expire', () => writeFileSync(path('ttl'), '86400')],
    ['fewer replicas than nodes', () => (replicas = 2)],
  ])('the rows of a table with %s are not in the manifest', async (_, change) => {
    change();
    expect(await run('prepare')).toMatchObject({ status: 0 });
    expect(read()).toMatchObject({ rows: [], sstables: [{ name: 'nb-1-big' }] });
  });

  test('SSTables of transactions are listed as Cassandra keeps them at its start', async () => {
    for (const name of ['nb-3-big', 'nb-4-big', 'nb-5-big']) addSstable(name);
    const record = (kind: string, sstable: string): string => `${kind}:[${data}/${ORDERS}/${sstable}-,0,8][12]\n`;
    const write = (name: string, records: string): void => writeFileSync(join(data, ORDERS, `nb_txn_compaction_${name}.log`), records);
    write('committed', `${record('ADD', 'nb-3-big')}${record('REMOVE', 'nb-4-big')}COMMIT:[,1764482400000,0][34]\n`);
    write('begun', `${record('ADD', 'nb-5-big')}${record('REMOVE', 'nb-1-big')}`);
    await run('prepare');
    expect((read().sstables as { name: string }[]).map(({ name }) => name)).toEqual(['nb-1-big', 'nb-3-big']);
  });

  describe('of a ring with an archive', () => {
    const ARCHIVED = { ...CONFIGURATION, archive: 'parking-archive' };
    const spool = (): string => join(data, 'archive/spool');

    beforeEach(() => {
      writeProgram(ARCHIVED);
      const [program, ...files] = archiveStartFiles(ARCHIVED);
      for (const { path: file, content } of files) machine.write(file, content);
      machine.write('archive.py', program!.content.replaceAll('/var/lib/cassandra', data));
      machine.write(
        program!.path,
        `#!/bin/sh\necho "cassandra-archive $*" >>${path('journal')}\nexec python3 ${path('archive.py')} "$@"\n`,
      );
    });

    test('hand the manifest of the snapshot over to the upload, after the thaw', async () => {
      await run('prepare');
      const manifest = readFileSync(join(data, 'snapshot-manifest.json'));
      expect(existsSync(spool())).toBe(false);
      expect(await run('finish')).toMatchObject({ status: 0, stderr: '' });
      const { takenAt } = JSON.parse(manifest.toString()) as { takenAt: string };
      const name = `manifest-${takenAt}-${createHash('sha256').update(manifest).digest('hex')}.json`;
      expect(readdirSync(spool())).toEqual([name]);
      expect(readFileSync(join(spool(), name))).toEqual(manifest);
      expect(journal().slice(-4)).toEqual([
        'fsfreeze --unfreeze /var/lib/cassandra',
        'systemctl stop cassandra-thaw.timer',
        'cassandra-archive manifest',
        'systemctl start --no-block cassandra-archive.service',
      ]);
      expectClean();
    });

    test('hand nothing over of a disk that the watchdog has thawed', async () => {
      await run('prepare');
      rmSync(path('frozen'));
      expect(await run('finish')).toMatchObject({ status: 1, stderr: expect.stringContaining('was not frozen any more') });
      expect(existsSync(spool())).toBe(false);
      expectClean();
    });

    test('fail the snapshot whose manifest cannot be kept, and nothing stays frozen', async () => {
      writeFileSync(join(data, 'archive'), '');
      await run('prepare');
      expect(await run('finish')).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/the manifest is not kept for its archive: cassandra-archive: .*File exists/),
      });
      expectClean();
    });

    test('thaw a disk whose manifest cannot be read, and fail its snapshot', async () => {
      await run('prepare');
      rmSync(join(data, 'snapshot-manifest.json'));
      expect(await run('finish')).toMatchObject({ status: 1, stderr: expect.stringContaining('the manifest could not be read') });
      expectClean();
    });

    test('fail the snapshot without the program of the archive', async () => {
      rmSync(path('usr/local/sbin/cassandra-archive'));
      await run('prepare');
      expect(await run('finish')).toMatchObject({ status: 1, stderr: expect.stringContaining('No such file or directory') });
      expectClean();
    });
  });
});
