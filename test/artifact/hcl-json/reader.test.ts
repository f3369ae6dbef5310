import { Testing } from 'cdktf';
import { environments } from '../../../environments';
import { EnvironmentStack } from '../../../stacks/environment-stack';
import { Synthesized } from '../../support/synthesized';
import { readTemplatesWithHcl, readWithHcl, testWithHcl } from './reader';

const block = (body: unknown): string => JSON.stringify({ resource: { google_compute_disk: { Disk: body } } });

testWithHcl("HashiCorp's parser shows values, blocks, and what it merges from lists in lists", () => {
  const [plain, nested, repeated, twice] = readWithHcl([
    block({ '//': { note: 1 }, size: 100, labels: { '//': 'a' }, timeouts: [{ create: '1m' }, { create: '2m' }] }),
    block({ timeouts: [[{ create: '1m' }, { delete: '2m' }]] }),
    '{"resource": {"google_compute_disk": {"Disk": {"size": 1, "size": 2}}}}',
    '{"data": {"external": {"Run": {}}}, "data": {"http": {"Call": {}}}}',
  ]);
  expect(plain).toMatchObject({
    blocks: [
      {
        type: 'resource',
        labels: ['google_compute_disk', 'Disk'],
        body: { size: 100, labels: { '//': 'a' }, timeouts: [{ create: '1m' }, { create: '2m' }] },
        hidden: [],
        blocks: { '/labels': 1, '/timeouts': 2 },
      },
    ],
  });
  expect(nested!.blocks[0]!.hidden).toEqual(['/timeouts/0']);
  expect(repeated!.error).toContain('Duplicate');
  expect(twice!.blocks).toMatchObject([{ labels: ['external', 'Run'] }, { labels: ['http', 'Call'] }]);
});

testWithHcl("HashiCorp's parser shows the functions and names of a template", () => {
  const read = (template: string): string => {
    const [{ functions, roots, error }] = readTemplatesWithHcl([template]) as [ReturnType<typeof readTemplatesWithHcl>[number]];
    return error === undefined ? [...functions, ...roots].join(' ') : 'invalid';
  };
  const open = '$' + '{';
  for (const [template, found] of [
    [`${open}file("a")}`, 'file'],
    [`$${open}file("a")}`, ''],
    [`$$${open}file("a")}`, ''],
    [`$%${open}file("a")}`, 'file'],
    [`%%${open}file("a")}`, 'file'],
    [`$$%{ if file("a") }%{ endif }`, 'file'],
    [`$${open}${open}file("a")}}`, 'file'],
    [`${open}"$${open}"}${open}file("a")}`, 'file'],
    [`${open}/* } */ file /**/ ("a")}`, 'file'],
    [`${open}a # }\n}`, 'a'],
    [`${open}<<E\n${open}file("a")}\nE\n}`, 'file'],
    [`${open}"${open}upper(local.a)}"}`, 'upper local'],
    [`${open}[for x in local.a : x if each.key == x]}`, 'each local'],
    [`${open}core:: file("a")}`, 'core::file'],
    [`${open}a`, 'invalid'],
    [`a file (of ours)`, ''],
  ] as const)
    expect([template, read(template)]).toEqual([template, found]);
});

testWithHcl.each(environments.map(({ name, ...values }) => [name, values] as const))('%s is read as it was synthesized', (name, values) => {
  const { json } = Synthesized.from(new EnvironmentStack(Testing.app(), name, values));
  const [{ error, blocks, templates }] = readWithHcl([JSON.stringify(json)]) as [ReturnType<typeof readWithHcl>[number]];
  expect(error).toBeUndefined();
  const resources = Object.fromEntries(
    blocks.filter(({ type }) => type === 'resource').map(({ labels, body }) => [labels.join('.'), body]),
  );
  const expected = Object.entries<Record<string, Record<string, unknown>>>(json.resource).flatMap(([type, named]) =>
    Object.entries(named).map(([id, { '//': _, ...body }]) => [`${type}.${id}`, body] as const),
  );
  expect(resources).toEqual(Object.fromEntries(expected));
  expect(blocks.flatMap(({ hidden }) => hidden)).toEqual([]);
  expect(templates.filter(({ error: problem }) => problem !== undefined)).toEqual([]);
});
