import { guard } from '../../lib/guard';
import { created, deleted, findVerdicts, type HandMadeChange, kept, plan, replaced } from './hand-made';

const DATABASE = 'google_sql_database_instance.Orders';
const database = { id: 'orders-db', name: 'orders', deletion_protection: true, settings: [{ disk_size: 100 }] };

const findSeverities = (...changes: HandMadeChange[]) =>
  findVerdicts('unknown-contents', changes).map(({ severity, reason }) => [severity, /it belongs to (\S+),/.exec(reason)?.[1]]);

test('an unknown resource that refers to one with data is refused', () => {
  expect(findSeverities(deleted('acme_proxy.A', { target: 'orders-db' }), kept(DATABASE, database))).toEqual([['refuse', DATABASE]]);
  expect(findSeverities(deleted('acme_proxy.A', { targets: [{ id: 'orders-db' }] }), kept(DATABASE, database))).toEqual([
    ['refuse', DATABASE],
  ]);
});

test('an unknown resource to which one with data refers is refused', () => {
  expect(findSeverities(deleted('acme_node.A', { arn: 'arn:node' }), kept(DATABASE, { ...database, node: 'arn:node' }))).toEqual([
    ['refuse', DATABASE],
  ]);
});

test('references of the configuration count, also within modules', () => {
  const change = (address: string, change: HandMadeChange) => ({ ...change, address, module_address: 'module.a["x"]' });
  const { verdicts } = guard(
    plan(
      [
        change('module.a["x"].acme_proxy.A[0]', replaced('acme_proxy.A', {}, {})),
        change('module.a["x"].google_sql_database_instance.Orders', kept(DATABASE, database)),
      ],
      {
        configuration: {
          root_module: {
            module_calls: {
              a: {
                module: {
                  resources: [
                    { address: 'acme_proxy.A', expressions: { target: { references: [`${DATABASE}.connection_name`, DATABASE] } } },
                  ],
                },
              },
            },
          },
        },
      },
    ),
  );
  expect(verdicts.filter(({ rule }) => rule === 'unknown-contents').map(({ severity }) => severity)).toEqual(['refuse']);
});

test.each<[string, HandMadeChange[]]>([
  ['the same name', [deleted('acme_proxy.A', { name: 'orders-db' }), kept(DATABASE, database)]],
  [
    'the same project',
    [deleted('acme_proxy.A', { project: 'shop' }), kept('google_project.A', { id: 'shop', deletion_policy: 'PREVENT' })],
  ],
  ['a resource without data', [deleted('acme_proxy.A', { target: 'net' }), kept('google_compute_network.A', { id: 'net' })]],
  [
    'a resource of a known type whose deletion is harmless',
    [deleted('acme_proxy.A', { target: 'rnd' }), kept('random_id.A', { id: 'rnd', backup: 'yes' })],
  ],
  ['a resource that is created', [deleted('acme_proxy.A', { target: 'orders-db' }), created(DATABASE, database)]],
])('is no reference: %s', (_what, changes) => {
  expect(findSeverities(...changes)).toEqual([['warn', undefined]]);
});
