import { listInstances } from '../../../lib/sandbox/vms/vm-instance';
import { firewallRules } from '../../../lib/sandbox/vms/vpc-firewall';
import { CloudOfVms } from './cloud-of-vms';

let cloud: CloudOfVms;

beforeEach(() => {
  cloud = new CloudOfVms();
  cloud.addInstance('db', '10.10.8.11', { tags: ['db'] });
  cloud.addInstance('app', '10.10.8.12', { tags: ['app'] });
});

/** The rules of one chain of the VM instance of this name. */
function chain(direction: 'in' | 'out', name: string): string[] {
  const instances = listInstances(cloud);
  const { id } = instances.find((instance) => instance.name === name)!;
  const text = firewallRules(instances, cloud);
  return text
    .slice(text.indexOf(`chain ${direction}_${id} {`))
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .slice(
      0,
      text
        .slice(text.indexOf(`chain ${direction}_${id} {`))
        .split('\n')
        .slice(1)
        .findIndex((line) => line.trim() === '}'),
    );
}

test('without rules, ingress is denied and egress is allowed', () => {
  expect(chain('in', 'db')).toEqual(['counter drop']);
  expect(chain('out', 'db')).toEqual([]);
});

test('a rule opens its ports to its sources, only on its targets', () => {
  cloud.addFirewall('cql', {
    direction: 'INGRESS',
    target_tags: ['db'],
    source_ranges: ['10.16.0.0/16', '2001:db8::/32'],
    allow: [{ protocol: 'tcp', ports: ['9042', '7000-7001'] }, { protocol: 'icmp' }],
  });
  expect(chain('in', 'db')).toEqual([
    'ip saddr { 10.16.0.0/16 } tcp dport { 9042, 7000-7001 } counter accept',
    'ip saddr { 10.16.0.0/16 } meta l4proto icmp counter accept',
    'counter drop',
  ]);
  expect(chain('in', 'app')).toEqual(['counter drop']);
});

test('service accounts and tags select their instances', () => {
  cloud.addFirewall('ring', {
    direction: 'INGRESS',
    target_service_accounts: ['db@parking.iam.gserviceaccount.com'],
    source_service_accounts: ['db@parking.iam.gserviceaccount.com'],
    allow: [{ protocol: 'tcp', ports: ['7000'] }],
  });
  cloud.addFirewall('apps', { direction: 'INGRESS', target_tags: ['db'], source_tags: ['app'], allow: [{ protocol: 'all' }] });
  expect(chain('in', 'db')).toEqual([
    'ip saddr { 10.10.8.11/32 } tcp dport { 7000 } counter accept',
    'ip saddr { 10.10.8.12/32 } counter accept',
    'counter drop',
  ]);
});

test('a rule without existing sources opens nothing', () => {
  cloud.addFirewall('nobody', { direction: 'INGRESS', source_tags: ['gone'], allow: [{ protocol: 'all' }] });
  expect(chain('in', 'db')).toEqual(['counter drop']);
});

test('rules are ordered by priority, and deny precedes allow at the same priority', () => {
  const rule = (port: string, more: object) => ({ direction: 'INGRESS', source_ranges: ['0.0.0.0/0'], ...more, port });
  const blocks = (port: string) => [{ protocol: 'tcp', ports: [port] }];
  cloud.addFirewall('late', { ...rule('3', { priority: 2000 }), allow: blocks('3') });
  cloud.addFirewall('usual', { ...rule('2', {}), allow: blocks('2') });
  cloud.addFirewall('denied', { ...rule('2', { priority: 1000 }), deny: blocks('2') });
  cloud.addFirewall('off', { ...rule('9', { priority: 1, disabled: true }), allow: blocks('9') });
  expect(chain('in', 'db')).toEqual([
    'tcp dport { 2 } counter drop',
    'tcp dport { 2 } counter accept',
    'tcp dport { 3 } counter accept',
    'counter drop',
  ]);
});

test('allowed egress is then evaluated by the ingress rules of the destination', () => {
  cloud.addFirewall('google', {
    direction: 'EGRESS',
    target_tags: ['db'],
    destination_ranges: ['199.36.153.8/30'],
    allow: [{ protocol: 'tcp', ports: ['443'] }],
  });
  cloud.addFirewall('none', {
    direction: 'EGRESS',
    target_tags: ['db'],
    priority: 65000,
    destination_ranges: ['0.0.0.0/0'],
    deny: [{ protocol: 'all' }],
  });
  expect(chain('out', 'db')).toEqual(['ip daddr { 199.36.153.8/30 } tcp dport { 443 } counter return', 'counter drop']);
});

test('rules of another network do not apply', () => {
  const elsewhere = { network: 'projects/parking/global/networks/other', direction: 'INGRESS', source_ranges: ['0.0.0.0/0'] };
  cloud.addFirewall('elsewhere', { ...elsewhere, allow: [{ protocol: 'all' }] });
  expect(chain('in', 'db')).toEqual(['counter drop']);
});
