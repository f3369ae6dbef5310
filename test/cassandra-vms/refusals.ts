import { CloudResource } from '../../lib/sandbox/cloud-resource';
import { LabDisks } from './lab-disks';
import { Leftovers } from './leftovers';
import type { RealRing } from './real-ring';
import { expectUnchanged } from './reboots';
import { step } from './steps';

const PROJECT = 'parking-staging';

/** Fault that makes a node refuse to start. Called while its VM is off; returns a function that repairs it. */
type Sabotage = (disks: LabDisks, ring: RealRing) => Promise<() => unknown> | (() => unknown);

/** Faults of node d, and the reasons that it publishes. */
const REFUSALS: readonly [what: string, reason: string | RegExp, sabotage: Sabotage][] = [
  [
    'a blank disk where data is expected',
    'the data disk is blank and was not created blank by this deployment: restore it, or replace the node',
    (disks, { sandbox }) => {
      const { type, identity, values, provider } = disks.disk('d');
      const blank = identity.replace('-d-data', '-other-data');
      sandbox.cloud.put(
        new CloudResource(type, blank, { ...values, name: 'other-data', disk_id: '4711', id: blank, self_link: blank }, provider),
      );
      return disks.attach('d', [{ source: blank }], { 'data-disk-number': '4711' });
    },
  ],
  [
    'the disk of another node',
    'the data disk belongs to another node: its marker is staging-cassandra/c',
    // Node c is without it meanwhile.
    (disks) => disks.attach('d', [{ source: disks.disk('c').identity }]),
  ],
  [
    'the disk of another ring',
    'the data disk belongs to another ring: its marker is billing-cassandra/d',
    (disks) => {
      disks.edit('d', 'sed -i.kept s/staging-cassandra/billing-cassandra/ .cassandra_fs_ownership');
      return () => disks.edit('d', 'mv .cassandra_fs_ownership.kept .cassandra_fs_ownership');
    },
  ],
  [
    'two ownership markers',
    'the data disk has 2 ownership markers instead of 1',
    (disks) => {
      disks.edit('d', 'cp .cassandra_fs_ownership data/');
      return () => disks.edit('d', 'rm data/.cassandra_fs_ownership');
    },
  ],
  [
    'another cluster name',
    "the data disk joined the ring with cluster name 'lab', and the configuration has 'staging-cassandra'",
    joined('cluster_name', 'lab'),
  ],
  [
    'another number of tokens',
    "the data disk joined the ring with number of tokens '4', and the configuration has '16'",
    joined('num_tokens', '4'),
  ],
  [
    'the disk of a newer Cassandra',
    /^the data disk was last used by Cassandra 5\.0\.99, and 5\.0\.\d+ is installed: a disk does not go back$/,
    joined('cassandra_version', '5.0.99'),
  ],
  [
    'files of a newer Cassandra',
    /^the data disk has files of a Cassandra newer than 5\.0\.\d+: oz-1-big-Data\.db$/,
    (disks) => {
      disks.edit('d', 'touch data/system/local-7ad54392bcdd35a684174e047860b377/oz-1-big-Data.db');
      return () => disks.edit('d', 'rm data/system/local-7ad54392bcdd35a684174e047860b377/oz-1-big-Data.db');
    },
  ],
  [
    'a file system that is damaged',
    'the xfs file system of the data disk is damaged and cannot be mounted: restore the disk from a snapshot, or repair a copy of it',
    // The number of the root folder, in the first block of the file system: it is known for XFS all the same.
    (disks) => disks.damage('d', 56, 8),
  ],
  [
    'a disk that cannot be written to',
    'the data disk is read-only',
    (disks) => disks.attach('d', [{ source: disks.disk('d').identity, mode: 'READ_ONLY' }]),
  ],
  [
    'a secret that is not there',
    'secret staging-cassandra-d-tls cannot be read (HTTP 404): run gke-platform cassandra init-secrets staging',
    async (_, ring) => {
      const value = ring.sandbox.secrets.read('staging-cassandra-d-tls')!;
      const secrets = `${ring.sandbox.secrets.endpoint}v1/projects/${PROJECT}/secrets`;
      const headers = { authorization: `Bearer ${ring.sandbox.environment.GOOGLE_OAUTH_ACCESS_TOKEN}` };
      await fetch(`${secrets}/staging-cassandra-d-tls`, { method: 'DELETE', headers });
      return async () => {
        const post = (path: string, body: object) => fetch(`${secrets}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
        await post('?secretId=staging-cassandra-d-tls', { replication: { automatic: {} } });
        await post('/staging-cassandra-d-tls:addVersion', { payload: { data: Buffer.from(value).toString('base64') } });
      };
    },
  ],
];

/** Changes a line of the record on the disk. */
function joined(key: string, value: string): Sabotage {
  return (disks) => {
    disks.edit('d', `sed -i.kept 's/^${key}=.*/${key}=${value}/' joined`);
    return () => disks.edit('d', 'mv joined.kept joined');
  };
}

export function refuses(ring: () => RealRing): void {
  let disks: LabDisks;
  let fileSystem: string;
  let withoutDisk: Promise<string>;
  let withoutClock: Promise<string>;

  step('all nodes are stopped cleanly', ring, async () => {
    disks = new LabDisks(ring());
    await Promise.all(ring().nodeNames.map((node) => ring().vm(node).stop()));
    fileSystem = uuid(disks);

    // These two take half a minute each, at nodes b and c; meanwhile all others, at node d.
    withoutClock = refusalWithoutClock(ring());
    withoutDisk = refusalWithoutDisk(ring(), disks);
    for (const each of [withoutDisk, withoutClock]) each.catch(() => {});
  });

  for (const [what, reason, sabotage] of REFUSALS) {
    step(`refused: ${what}`, ring, async () => {
      const restore = await sabotage(disks, ring());
      try {
        const said = await refusal(ring(), 'd');
        if (typeof reason === 'string') expect(said).toBe(reason);
        else expect(said).toMatch(reason);
      } finally {
        await restore();
      }
      expect(uuid(disks)).toBe(fileSystem);
    });
  }

  step('refused: no disk', ring, async () => {
    expect(await withoutDisk).toBe('the data disk is not attached: there is no /dev/disk/by-id/google-cassandra-data');
  });

  step('refused: a clock that is not synchronised', ring, async () => {
    expect(await withoutClock).toBe("the clock is not synchronised with metadata.google.internal: chronyc reports 'Not synchronised'");
  });

  step('after the repair, all nodes start with the same identity and data', ring, async () => {
    let areStarting = true;
    const started = Promise.all(ring().nodeNames.map((node) => ring().vm(node).start())).finally(() => {
      areStarting = false;
    });
    // Meanwhile the cloud reconciles the attached disks repeatedly.
    while (areStarting) await ring().sandbox.vms.reconcile();
    await started;
    expect(Leftovers.watch(process.pid, ring().directory).loopDevices).toHaveLength(ring().nodeNames.length);
    await expectUnchanged(ring());
  });
}

async function refusalWithoutClock(ring: RealRing): Promise<string> {
  const { unknownTo } = ring.sandbox.vms.time;
  unknownTo.add(ring.address('b'));
  try {
    return await refusal(ring, 'b', 'waiting');
  } finally {
    unknownTo.delete(ring.address('b'));
  }
}

async function refusalWithoutDisk(ring: RealRing, disks: LabDisks): Promise<string> {
  const restore = await disks.attach('c', []);
  try {
    return await refusal(ring, 'c', 'waiting');
  } finally {
    await restore();
  }
}

/**
 * Switches a node on, and off again when it has refused: on the serial console and in the journal too, with exit code 2, and without having
 * started Cassandra.
 *
 * @returns reason of the refusal
 */
async function refusal(ring: RealRing, node: string, kind: 'refused' | 'waiting' = 'refused'): Promise<string> {
  const vm = ring.vm(node);
  const before = vm.serialConsole().length;
  const sinceBoot = (): string => vm.serialConsole().slice(before);
  try {
    await vm.start();
    const state = await vm.waitFor(`${kind}: `, { seconds: 110, endsOn: ['ready', 'failed'] });
    const end = Date.now() + 10_000;
    while (!sinceBoot().includes('startup-script exit status') && Date.now() < end) await new Promise((done) => setTimeout(done, 100));
    expect(sinceBoot()).toContain(state);
    expect(sinceBoot()).toContain('startup-script exit status 2');
    const { stdout } = await vm.exec('journalctl --boot --no-pager --output cat; systemctl is-active cassandra');
    expect(stdout).toContain(state);
    expect(stdout).toMatch(/^(inactive|unknown)$/m);
    return state.slice(`${kind}: `.length);
  } finally {
    await vm.powerOff();
  }
}

function uuid(disks: LabDisks): string {
  return disks.edit('d', 'findmnt --noheadings --output UUID --target .');
}
