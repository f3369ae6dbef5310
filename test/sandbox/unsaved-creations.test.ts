import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudResource } from '../../lib/sandbox/cloud-resource';
import { SimulatedCloud } from '../../lib/sandbox/simulated-cloud';
import { UnsavedCreations } from '../../lib/sandbox/unsaved-creations';

const TYPE = 'google_compute_disk';

let folder: string;
let file: string;
let locked: boolean;
let cloud: SimulatedCloud;
let creations: UnsavedCreations;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'creations-'));
  file = join(folder, 'terraform.tfstate');
  locked = true;
  cloud = new SimulatedCloud();
  creations = new UnsavedCreations(cloud, { stateFiles: () => [file], hasLocks: () => locked });
  for (const name of ['a', 'b']) {
    cloud.put(new CloudResource(TYPE, `disks/${name}`, { id: `id-${name}` }));
    creations.created(TYPE, `disks/${name}`, 'run');
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a state with the disk `a`. */
function writeState(instance: object): void {
  writeFileSync(file, JSON.stringify({ version: 4, resources: [{ mode: 'managed', type: TYPE, instances: [instance] }] }));
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64');

const adoptable = () => ['a', 'b'].filter((name) => cloud.isUnanswered(TYPE, `disks/${name}`));

test.each<[string, object]>([
  ['the simulated plugins', { attributes: { id: 'other' }, private: encode({ identity: 'disks/a' }) }],
  ['the real plugins', { attributes: { id: 'id-a' }, private: encode({ schema_version: '1' }) }],
  ['a plugin without private data', { attributes: { id: 'id-a' } }],
])('what a state of %s contains is not adopted after a kill', (_, instance) => {
  writeState(instance);
  creations.ended('run');
  expect(adoptable()).toEqual(['b']);
});

test('a resource that is written to a state later is not adopted', () => {
  creations.ended('run');
  expect(adoptable()).toEqual(['a', 'b']);
  writeState({ attributes: { id: 'id-a' } });
  creations.saved(file);
  expect(adoptable()).toEqual(['b']);
});

test('nothing is adopted of a run that released its lock, whose state the sandbox does not know', () => {
  locked = false;
  creations.ended('run');
  expect([adoptable(), cloud.unsaved()]).toEqual([[], []]);
});

test('nothing is adopted of a run that is at work', () => {
  creations.ended('another run');
  expect([adoptable(), cloud.unsaved()]).toEqual([
    [],
    [
      { type: TYPE, identity: 'disks/a' },
      { type: TYPE, identity: 'disks/b' },
    ],
  ]);
});

test('all that an earlier sandbox could not settle is adopted at the start, also without a lock', () => {
  locked = false;
  creations.ended();
  expect(adoptable()).toEqual(['a', 'b']);
});

test('what a run created is adopted after its state could not be saved', () => {
  creations.lost();
  locked = false;
  creations.ended('run');
  expect(adoptable()).toEqual(['a', 'b']);
});

test.each([
  '',
  '{"version":4',
  '[]',
  '{"version":4,"resources":[null,{"type":"x"},{"mode":"managed","type":"x","instances":[1,{"private":"%"}]}]}',
])('a state that is damaged contains nothing: %j', (text) => {
  writeFileSync(file, text);
  creations.ended('run');
  expect(adoptable()).toEqual(['a', 'b']);
});
