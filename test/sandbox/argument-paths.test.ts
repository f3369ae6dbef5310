import { listArgumentPaths } from '../../lib/sandbox/argument-paths';
import { Bindings } from '../../lib/sandbox/bindings';

const schema = new Bindings().resource('google_compute_subnetwork')!;

test('lists arguments in blocks, maps and lists as one argument, and no unset arguments', () => {
  const values = {
    name: 'nodes',
    description: null,
    private_ip_google_access: false,
    log_config: { metadata: 'INCLUDE_ALL_METADATA', metadata_fields: [] },
    secondary_ip_range: [
      { range_name: 'pods', ip_cidr_range: '10.0.0.0/16' },
      { range_name: 'services', ip_cidr_range: '10.1.0.0/20' },
    ],
    timeouts: { create: '30m' },
  };
  expect(listArgumentPaths(values, schema).sort()).toEqual([
    'log_config.metadata',
    'name',
    'private_ip_google_access',
    'secondary_ip_range.ip_cidr_range',
    'secondary_ip_range.range_name',
    'timeouts.create',
  ]);
});
