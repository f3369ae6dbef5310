import { Bindings } from '../../lib/sandbox/bindings';

const bindings = new Bindings();

test('arguments, required or not, and read-only attributes', () => {
  const { attributes } = bindings.resource('google_compute_disk')!;
  expect(attributes.name).toMatchObject({ type: 'string', required: true, optional: false, computed: false });
  expect(attributes.size).toMatchObject({ type: 'number', required: false, optional: true });
  expect(attributes.self_link).toMatchObject({ type: 'string', optional: false, computed: true });
  expect(attributes.id).toMatchObject({ optional: true, computed: true });
  expect(attributes.labels).toMatchObject({ type: ['map', 'string'] });
  expect(attributes.users).toMatchObject({ type: ['list', 'string'], computed: true });
});

test('nested blocks: lists with one or many, sets, and timeouts', () => {
  const { blocks } = bindings.resource('google_compute_instance')!;
  expect(blocks.boot_disk).toMatchObject({ nesting: 'list', minItems: 1, maxItems: 1 });
  expect(blocks.attached_disk).toMatchObject({ nesting: 'list', minItems: 0, maxItems: 0 });
  expect(blocks.timeouts).toMatchObject({ nesting: 'single' });
  expect(blocks.boot_disk!.block.blocks.initialize_params!.block.attributes.labels).toMatchObject({ type: ['map', 'string'] });
  expect(bindings.resource('google_compute_firewall')!.blocks.allow).toMatchObject({ nesting: 'set' });
});

test('read-only lists of objects are attributes', () => {
  expect(bindings.resource('google_compute_address')!.attributes.users).toMatchObject({ type: ['list', 'string'] });
  const { type } = bindings.resource('google_container_cluster')!.blocks.master_auth!.block.attributes.client_certificate!;
  expect(type).toBe('string');
  expect(bindings.resource('google_compute_network_peering')!.attributes.state).toMatchObject({ computed: true });
});

test('helm has nested attributes in place of blocks', () => {
  const { attributes, blocks } = bindings.resource('helm_release')!;
  expect(blocks).toEqual({});
  expect(attributes.set).toMatchObject({ nested: { nesting: 'list', attributes: { name: { type: 'string', required: true } } } });
  expect(bindings.provider('helm').attributes.kubernetes).toMatchObject({ nested: { nesting: 'single' } });
});

test('provider blocks', () => {
  expect(bindings.provider('google').attributes.default_labels).toMatchObject({ type: ['map', 'string'], optional: true });
  expect(bindings.provider('google').attributes).not.toHaveProperty('alias');
  expect(bindings.provider('kubernetes').blocks.exec!.block.attributes.args).toMatchObject({ type: ['list', 'string'] });
});

test('finds every type of the three bindings by name', () => {
  expect(bindings.resourceTypes('google')).toHaveLength(1096);
  expect(bindings.resourceTypes('google')).toContain('google_data_catalog_entry');
  expect(bindings.dataTypes('google')).toContain('google_client_config');
  expect(bindings.resourceTypes('kubernetes')).toContain('kubernetes_deployment_v1');
  expect(bindings.resourceTypes('helm')).toEqual(['helm_release']);
  expect(bindings.resource('google_nothing')).toBeUndefined();
  expect(bindings.resource('aws_s3_bucket')).toBeUndefined();
});
