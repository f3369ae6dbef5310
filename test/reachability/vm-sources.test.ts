import { renderTable } from '../../lib/reachability';
import { machine, reachability, ref, rule, tcp } from './hand-made';

type Part = Parameters<typeof reachability>[number];

const data = { subnetwork: ref('google_compute_subnetwork.data.id') };
const template = (body: object = {}): Part => ({
  google_compute_instance_template: {
    t: { name: 't', tags: ['worker'], service_account: { email: 'w@p.iam.gserviceaccount.com' }, network_interface: [data], ...body },
  },
});
const copy = (body: object = {}): Part => ({
  google_compute_instance_from_template: {
    copy: { name: 'copy', source_instance_template: ref('google_compute_instance_template.t.self_link_unique'), ...body },
  },
});
const group = (body: object = {}, type = 'google_compute_instance_group_manager'): Part => ({
  [type]: { workers: { name: 'workers', version: [{ instance_template: ref('google_compute_instance_template.t.id') }], ...body } },
});
const admit = (body: object) => rule('r', { allow: [{ protocol: 'tcp', ports: ['22'] }], source_ranges: ['10.10.16.0/24'], ...body });
const toWorkers = admit({ target_tags: ['worker'] });
const asked = (name: string, ...parts: Part[]) =>
  ['vm', 'internet'].map((client) => reachability(machine('vm'), ...parts).ask(client, name, tcp(22)));

describe('a VM from a template', () => {
  test('has the tags, the account and the interface of its template', () => {
    expect(asked('copy', template(), copy(), toWorkers)).toEqual(['yes', 'no']);
    expect(asked('copy', template(), copy(), admit({ target_service_accounts: ['w@p.iam.gserviceaccount.com'] }))).toEqual(['yes', 'no']);
    expect(asked('copy', template({ tags: ['other'] }), copy(), toWorkers)).toEqual(['no', 'no']);
  });

  test('has arguments of its own in place of those of the template', () => {
    expect(asked('copy', template(), copy({ tags: ['other'] }), toWorkers)).toEqual(['no', 'no']);
    const open = admit({ source_ranges: ['0.0.0.0/0'] });
    expect(asked('copy', template(), copy({ network_interface: [{ ...data, access_config: [{}] }] }), open)).toEqual(['yes', 'yes']);
  });

  test.each([
    ['a template of another stack', copy({ source_instance_template: ref('data.google_compute_instance_template.x.id') })],
    ['no template', copy({ source_instance_template: undefined })],
    ['an image', { google_compute_instance_from_machine_image: { copy: { name: 'copy', source_machine_image: 'image' } } }],
  ])('with %s may be anywhere', (_, part) => {
    expect(asked('copy', part, toWorkers)).toEqual(['unknown', 'unknown']);
  });
});

describe('a managed instance group', () => {
  test.each(['google_compute_instance_group_manager', 'google_compute_region_instance_group_manager'])(
    'is one endpoint of the subnet of its template: %s',
    (type) => {
      expect(asked('workers', template(), group({}, type), toWorkers)).toEqual(['yes', 'no']);
      const reach = reachability(template(), group({}, type), toWorkers);
      expect(reach.ask('workers', 'workers', tcp(22))).toBe('yes');
      expect(reach.endpoints.map(({ label }) => label)).not.toContain('t');
      expect(renderTable(reach, { width: 100, colours: false })).toContain('workers');
    },
  );

  test('may have any address of the subnet', () => {
    const reach = (range: string) =>
      reachability(machine('vm', { tags: ['vm'] }), template(), group(), admit({ source_ranges: [range], target_tags: ['vm'] }));
    expect(['10.10.16.0/24', '10.10.16.128/25', '10.99.0.0/16'].map((range) => reach(range).ask('workers', 'vm', tcp(22)))).toEqual([
      'yes',
      'unknown',
      'no',
    ]);
  });

  test('has an endpoint for each version', () => {
    const other: Part = { google_compute_instance_template: { u: { name: 'u', tags: [], network_interface: [data] } } };
    const version = ['t', 'u'].map((name) => ({ instance_template: ref(`google_compute_instance_template.${name}.id`) }));
    const reach = reachability(machine('vm'), template(), other, group({ version }), toWorkers);
    expect(['workers', 'workers (version 2)'].map((name) => reach.ask('vm', name, tcp(22)))).toEqual(['yes', 'no']);
  });

  test('with versions that dynamic makes may be anywhere', () => {
    const unknown = group({ version: undefined, dynamic: { version: { for_each: ref('var.x') } } });
    expect(asked('workers', template(), unknown, toWorkers)).toEqual(['unknown', 'unknown']);
  });
});

test('a template without users in the stack is an endpoint', () => {
  expect(asked('t', template(), toWorkers)).toEqual(['yes', 'no']);
});
