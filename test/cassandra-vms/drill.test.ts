import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { staging } from '../../environments';
import { SNAPSHOT_SET_LABEL } from '../../lib/cassandra-contract/labels';
import { ComputeEngine, checkProof, type DrillProof, requireProof } from '../../lib/recovery';
import type { RealRing } from './real-ring';
import { editImage } from './snapshot-image';
import { step } from './steps';
import { wholeLife } from './whole-life';

const ROOT = join(__dirname, '../..');
const MAIN = join(ROOT, 'dist/lib/cli/main.js');
const ROWS = 300;

const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

interface Ended {
  readonly status: number | null;
  readonly last: string;
  readonly stderr: string;
  readonly proof: DrillProof;
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-vms-'));
  writeFileSync(join(folder, 'drill.pem'), privateKey);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command, as in a clone of the repository. @param interruptAt progress at which it is interrupted */
function drill(options: readonly string[], env: NodeJS.ProcessEnv = {}, interruptAt?: string): Promise<Ended> {
  const out = join(folder, 'proof.json');
  rmSync(out, { force: true });
  const words = [MAIN, 'cassandra', 'drill', 'staging', '--local', '--key', join(folder, 'drill.pem'), '--out', out, ...options];
  const child = spawn(process.execPath, words, { cwd: ROOT, env: { ...process.env, ...env } });
  const text = { stdout: '', stderr: '' };
  let isInterrupted = false;
  child.stdout.on('data', (data) => (text.stdout += data));
  child.stderr.on('data', (data) => {
    text.stderr += data;
    process.stderr.write(data);
    if (isInterrupted || interruptAt === undefined || !text.stderr.includes(interruptAt)) return;
    isInterrupted = true;
    child.kill('SIGINT');
  });
  return new Promise((resolve) =>
    child.once('close', (status) => {
      process.stderr.write(text.stdout);
      const proof = requireProof(JSON.parse(readFileSync(out, 'utf8')), out);
      resolve({ status, last: text.stdout.trimEnd().split('\n').at(-1)!, stderr: text.stderr, proof });
    }),
  );
}

const none = (): undefined => undefined;

step(
  'gke-platform cassandra drill staging --local, as a new user types it',
  none,
  async () => {
    mkdirSync(join(folder, 'empty'));
    const { status, last, proof } = await drill(['--directory', join(folder, 'empty')]);
    expect({ status, last }).toEqual({
      status: 0,
      last: expect.stringMatching(/^PASSED: set drill-\d+, .* on 3 disks, 9 assertions; RPO /),
    });
    const { project, ring, configurationHash, verification } = proof.record;
    expect(verification.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(new Set(verification.checks.map(({ level }) => level))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
    // The signature is good, and it is no proof for Google Cloud.
    expect(checkProof(proof, { project, ring, configurationHash, withinDays: 1, publicKey })).toEqual({ code: 'local' });
  },
  900,
);

function drillsSets(ring: () => RealRing): void {
  const compute = () => new ComputeEngine({ project: staging.projectId, environment: ring().sandbox.environment });
  const run = (options: readonly string[], interruptAt?: string): Promise<Ended> => {
    const synthesized = join(ring().directory, 'synthesized');
    return drill(['--no-synth', '--out-dir', synthesized, ...options], ring().sandbox.environment, interruptAt);
  };
  const take = (id: string) =>
    Promise.all(
      ring().nodeNames.map((node) => {
        const disk = { zone: staging.cassandraNodes[node]!.zone, name: `staging-cassandra-${node}-data` };
        return compute().createSnapshot(disk, { name: `${id}-${node}`, labels: { [SNAPSHOT_SET_LABEL]: id }, guestFlush: true });
      }),
    );
  const expectNothingLeft = async () => {
    for (const { zone } of Object.values(staging.cassandraNodes)) {
      expect(await compute().disks(zone, 'labels.cassandra-recovery:*')).toEqual([]);
      expect(await compute().instances(zone, 'labels.cassandra-recovery:*')).toEqual([]);
    }
  };

  step(
    'a set of running VMs passes with the assertions of the application; other values fail at level 6',
    ring,
    async () => {
      await ring().ready(undefined, 420);
      await ring().allUp();
      const insert = (id: number) => `INSERT INTO shop.orders (id, item) VALUES (${id}, 'item ${id}')`;
      await ring().cql(
        'b',
        [
          `CREATE KEYSPACE shop WITH replication = {'class': 'NetworkTopologyStrategy', '${staging.region}': 3}`,
          'CREATE TABLE shop.orders (id int PRIMARY KEY, item text)',
          ...Array.from({ length: ROWS }, (_, id) => insert(id)),
        ],
        'ALL',
      );
      // It creates the table of canaries.
      await take('first');
      await take('good');
      await ring().cql('b', [insert(ROWS)], 'ALL');
      ring().toPlan();
      const assertions = join(folder, 'assertions.json');
      const count = { cql: 'SELECT count(*) FROM shop.orders', expect: String(ROWS) };
      writeFileSync(assertions, JSON.stringify([count]));
      const { status, last, proof } = await run(['--set', 'good', '--assertions', assertions]);
      expect({ status, last }).toEqual({ status: 0, last: expect.stringMatching(/^PASSED: set good, /) });
      expect(proof.record.verification.tables).toContainEqual(expect.objectContaining({ keyspace: 'shop', table: 'orders', rows: ROWS }));
      await expectNothingLeft();

      writeFileSync(assertions, JSON.stringify([{ ...count, expect: String(ROWS + 1) }]));
      const other = await run(['--zone', 'europe-west1-c', '--assertions', assertions]);
      expect({ status: other.status, last: other.last }).toEqual({
        status: 1,
        last: `FAILED: level 6 (application): assertions of c: SELECT count(*) FROM shop.orders must be ${ROWS + 1}, got ${ROWS}`,
      });
    },
    900,
  );

  step(
    'an interrupted drill fails, and leaves nothing',
    ring,
    async () => {
      const { status, last, proof } = await run([], 'boot of');
      expect({ status, last }).toEqual({ status: 1, last: expect.stringMatching(/^FAILED: level 0 \(set\): interrupted: /) });
      expect(proof.result).toBe('FAILED');
      await expectNothingLeft();
    },
    400,
  );

  step(
    'a damaged set ends with 1 and the reason in the last line, and the ring is not touched',
    ring,
    async () => {
      // As if it came from the live ring, a day after the snapshot.
      const tomorrow = (Date.now() + 86_400_000) * 1000;
      await ring().cql('b', [`INSERT INTO shop.orders (id, item) VALUES (0, 'item 0') USING TIMESTAMP ${tomorrow}`], 'ALL');
      await take('damaged');
      const { id } = (await compute().snapshot('damaged-c'))!;
      const image = join(ring().directory, 'vms/snapshots', `${id}.img`);
      editImage(ring().directory, image, 'rm $(ls data/shop/orders-*/*-Data.db | head -1 | sed s/Data.db//)*');
      const hosts = await Promise.all(ring().nodeNames.map((node) => ring().hostId(node)));
      const { status, last, proof } = await run([]);
      expect({ status, last }).toEqual({
        status: 1,
        last: expect.stringMatching(
          /^FAILED: level 2 \(files\): manifest-sstables of c shop\.orders: .* is in the manifest, and not on the disk$/,
        ),
      });
      expect(proof.record.verification.checks).toContainEqual(
        expect.objectContaining({ level: 5, code: 'newer-rows', outcome: 'failed', node: 'b', table: 'shop.orders' }),
      );
      const { project, ring: name, configurationHash } = proof.record;
      expect(checkProof(proof, { project, ring: name, configurationHash, withinDays: 1, publicKey })).toEqual({ code: 'failed' });
      await expectNothingLeft();
      expect(await Promise.all(ring().nodeNames.map((node) => ring().hostId(node)))).toEqual(hosts);
      expect(await ring().cql('b', ['SELECT id FROM shop.orders'], 'ALL')).toHaveLength(ROWS + 1);
      await ring().allUp();
    },
    600,
  );
}

wholeLife('drill', { cassandraSettings: { hints_flush_period: '1s' } }, drillsSets);
