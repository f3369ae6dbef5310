import { startsFromBlankDisks } from './blank-disks';
import { runsByCommand } from './command';
import { growsAndShrinks } from './growing';
import { leavesNothing } from './leaves-nothing';
import { survivesLosses } from './lost';
import { RealRing } from './real-ring';
import { survivesReboots } from './reboots';
import { refuses } from './refusals';
import { changesUnderLoad } from './rolling';
import { sayTable, step } from './steps';
import { nodesWithOldVersion, upgrades } from './upgrade';

/** One ring of real Cassandra on real VMs, taken through its life in this order. */
let started: RealRing | undefined;
const ring = (): RealRing => started!;

step(
  'staging is deployed, and its VMs are switched on',
  () => started,
  async () => {
    started = await RealRing.start({ cassandraNodes: nodesWithOldVersion(['b', 'c', 'd']) });
  },
  600,
);

describe('from blank disks', () => startsFromBlankDisks(ring));
describe('reboots', () => survivesReboots(ring));
describe('refusals', () => refuses(ring));
describe('losses', () => survivesLosses(ring));
describe('changes under load', () => changesUnderLoad(ring));
describe('growing and shrinking', () => growsAndShrinks(ring));
describe('an upgrade', () => upgrades(ring));
describe('the end', () => leavesNothing(ring));
describe('the command', () => runsByCommand(ring));

afterAll(async () => {
  await started?.stop();
  if (started) RealRing.remove();
  sayTable();
});
