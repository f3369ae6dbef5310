import { writeFileSync } from 'node:fs';
import { startupScript } from '../../../lib/cassandra/boot/startup-script';
import { CONFIGURATION } from '../node-configuration';
import { TestMachine } from './test-machine';

const TABLE = 'inet cassandra_clients';

/** nft of a VM whose table is a file; keeps the rules that it was given. */
const NFT = `
  nft() {
    journal "nft $*"
    case $* in
      '--file -') cat >"$DATA/rules" ;;
      'list table ${TABLE}') [[ -e $DATA/rules ]] ;;
      'delete table ${TABLE}') rm "$DATA/rules" ;;
      *) return 1 ;;
    esac
  }
`;

describe('the port of clients', () => {
  let machine: TestMachine;
  beforeEach(() => {
    machine = new TestMachine({ addresses: ['10.10.16.11', '10.10.16.12', '10.10.16.13'] });
  });
  afterEach(() => machine.remove());

  test('is closed before Cassandra starts to all but the node itself and the nodes of the ring', () => {
    expect(machine.run('close_to_clients', NFT)).toMatchObject({ status: 0, journal: ['nft --file -'] });
    const rules = machine.read('var/lib/cassandra/rules').split('\n');
    expect(rules.slice(0, 2)).toEqual([`table ${TABLE}`, `delete table ${TABLE}`]);
    expect(rules.slice(5, 9).map((line) => line.trim())).toEqual([
      'tcp dport != 9042 accept',
      'iifname "lo" accept',
      'ip saddr { 10.10.16.11,10.10.16.12,10.10.16.13 } accept',
      'tcp dport 9042 drop',
    ]);
  });

  test('is closed again at every boot of a node that has not joined', () => {
    machine.run('close_to_clients', NFT);
    expect(machine.run('close_to_clients', NFT)).toMatchObject({ status: 0, journal: ['nft --file -'] });
  });

  test('stays open on a node that has joined, also by an earlier version of the script', () => {
    writeFileSync(machine.path('var/lib/cassandra/joined'), '');
    expect(machine.run('close_to_clients\nopen_to_clients', NFT)).toMatchObject({ status: 0, journal: [`nft list table ${TABLE}`] });
  });

  test('is opened once the ring is secured', () => {
    machine.run('close_to_clients', NFT);
    expect(machine.run('open_to_clients', NFT)).toMatchObject({
      status: 0,
      journal: [`nft list table ${TABLE}`, `nft delete table ${TABLE}`],
      output: expect.stringContaining('open_to_clients: clients are let in'),
    });
    expect(machine.run('open_to_clients', NFT)).toMatchObject({ status: 0, journal: [`nft list table ${TABLE}`] });
  });

  test('keeps Cassandra from starting when it cannot be closed', () => {
    expect(machine.run('close_to_clients\nstart_cassandra', 'nft() { return 1; }\nsystemctl() { journal "$*"; }')).toMatchObject({
      status: 2,
      attributes: { code: 'failed-firewall' },
      state: 'failed: the port of clients cannot be closed: nft does not accept the rules',
      journal: ['again in two minutes'],
    });
  });

  test('is closed before the start and opened after the ring is secured, before the node is marked as joined', () => {
    const phases = [...startupScript(CONFIGURATION).matchAll(/^phase (\w+)$/gm)].map(([, phase]) => phase);
    const order = ['mount_data_disk', 'close_to_clients', 'start_cassandra', 'secure_ring', 'open_to_clients', 'mark_joined'];
    expect(phases.filter((phase) => order.includes(phase!))).toEqual(order);
  });
});
