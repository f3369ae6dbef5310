import { comparePlans, type Plan } from '../../scripts/compare-plans';
import { compareSchemas, isKnown, type ProviderSchemas } from '../../scripts/compare-schemas';
import { Differences } from '../../scripts/differences';
import { KNOWN_VERSION_DIFFERENCES } from '../../scripts/known-differences';

const disk = (after: Record<string, string | null>, unknown: Record<string, true> = {}): Plan => ({
  resource_changes: [
    {
      address: 'google_compute_disk.Data',
      type: 'google_compute_disk',
      change: { actions: ['create'], after, after_unknown: unknown, after_sensitive: {} },
    },
  ],
});

const schema = (...attributes: string[]): ProviderSchemas => ({
  provider_schemas: {
    google: {
      resource_schemas: {
        google_compute_disk: {
          block: { attributes: Object.fromEntries(attributes.map((name) => [name, { type: 'string', optional: true }])) },
        },
      },
    },
  },
});

const printed = (differences: Differences): string[] => {
  const log = jest.spyOn(console, 'log').mockImplementation();
  try {
    differences.print('The same.');
    return log.mock.calls.map(([line]) => line);
  } finally {
    log.mockRestore();
  }
};

test('a default that newer plugins plan otherwise is listed with the resource it was seen at', () => {
  const differences = new Differences(['pinned', 'newer'], KNOWN_VERSION_DIFFERENCES);
  comparePlans('staging', disk({ mode: 'READ_WRITE' }), disk({ mode: null }, { mode: true }), () => '', differences);
  expect(printed(differences)).toEqual([
    'google_compute_disk.mode: pinned "READ_WRITE", newer (known after apply)  (staging google_compute_disk.Data)',
    '1 differences without a known reason.',
  ]);
});

test('lists an argument that newer plugins removed, and counts one that they added', () => {
  const differences = new Differences(['pinned', 'newer'], KNOWN_VERSION_DIFFERENCES);
  compareSchemas(['google_compute_disk'], schema('name', 'interface'), schema('name', 'deletion_policy'), differences);
  expect(printed(differences)).toEqual([
    'google_compute_disk.interface: schema: only in pinned',
    expect.stringMatching(/^1 known differences: /),
    '1 differences without a known reason.',
  ]);
});

test('distinguishes a value of an argument missing from the older schema from a changed default', () => {
  const schemas = schema('name', 'mode');
  expect([isKnown('google_compute_disk.mode', schemas), isKnown('google_compute_disk.deletion_policy', schemas)]).toEqual([true, false]);
  const differences = new Differences(['pinned', 'newer'], KNOWN_VERSION_DIFFERENCES);
  const kind = (subject: string) => (isKnown(subject, schemas) ? '' : 'new argument: ');
  comparePlans('staging', disk({ mode: null }), disk({ mode: 'READ_WRITE', deletion_policy: 'DELETE' }), kind, differences);
  expect(printed(differences)).toEqual([
    'google_compute_disk.mode: pinned null, newer "READ_WRITE"  (staging google_compute_disk.Data)',
    expect.stringMatching(/^1 known differences: /),
    '1 differences without a known reason.',
  ]);
});

test('plans without a difference are called the same', () => {
  const differences = new Differences(['pinned', 'newer'], KNOWN_VERSION_DIFFERENCES);
  comparePlans('staging', disk({ mode: 'READ_WRITE' }), disk({ mode: 'READ_WRITE' }), () => '', differences);
  expect([differences.unexplained, printed(differences)]).toEqual([0, ['The same.']]);
});
