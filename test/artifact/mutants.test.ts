import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Artifact, readArtifact, verifyArtifact } from '../../lib/artifact';
import { parseExactJson } from '../../lib/artifact/exact-json';
import { readConfiguration } from '../../lib/terraform/configuration';
import { TerraformDocumentError } from '../../lib/terraform/errors';
import { type HclBlock, type HclFile, readWithHcl, testWithHcl } from './hcl-json/reader';
import { type Json, smallTree } from './hostile/tree';
import { mutate, Random } from './mutations';

const SEED = Number(process.env.SEED || 20261129);
const COUNT = 10_000;

/** Blocks in a checked configuration. It has one form: labels are objects, and what may occur several times is a list. */
const LABELS: Readonly<Record<string, number>> = {
  data: 2,
  ephemeral: 2,
  resource: 2,
  check: 1,
  module: 1,
  output: 1,
  provider: 1,
  variable: 1,
};

type PlainBlock = Pick<HclBlock, 'type' | 'labels' | 'body'>;

function blocksIn(json: Json): PlainBlock[] {
  const below = (value: Json, type: string, labels: readonly string[]): PlainBlock[] => {
    if (labels.length < (LABELS[type] ?? 0))
      return Object.entries<Json>(value).flatMap(([name, each]) => below(each, type, [...labels, name]));
    return (Array.isArray(value) ? value : [value]).map(({ '//': _, ...body }: Json) => ({ type, labels, body }));
  };
  return Object.entries<Json>(json)
    .filter(([name]) => name !== '//')
    .flatMap(([name, value]) => below(value, name, []));
}

/** Terraform merges these blocks. */
const MERGED = ['locals', 'terraform'];

/** Order of members and of blocks has no meaning. */
function sorted(all: readonly PlainBlock[]): string[] {
  const merged = MERGED.map((type) => ({
    type,
    labels: [],
    body: Object.assign({}, ...all.filter((block) => block.type === type).map(({ body }) => body)),
  }));
  return [...all.filter(({ type }) => !MERGED.includes(type)), ...merged.filter(({ body }) => Object.keys(body).length > 0)]
    .map(({ type, labels, body }) => JSON.stringify([type, labels, sortKeys(body)]))
    .sort();
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key])]),
  );
}

function findDifferences(what: string, found: readonly string[], checked: readonly string[]): string[] {
  if (found.join('\n') === checked.join('\n')) return [];
  const [more, less] = [found.filter((block) => !checked.includes(block)), checked.filter((block) => !found.includes(block))];
  return [`${what} is another object than what was checked: ${more.join(', ')} instead of ${less.join(', ')}`];
}

/** Arguments of any type, which no schema reads as blocks. */
const FREE = /^(locals|output|variable)\b|^resource terraform_data [^/]*\/(input|triggers_replace)\b/;

/** Artifact that mutants are compared with. */
function readBase(): Artifact {
  const folder = mkdtempSync(path.join(tmpdir(), 'mutants-'));
  try {
    smallTree().write(folder);
    return readArtifact(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Places that Terraform could read as other blocks than those that were checked. */
function hiddenBlocks(file: HclFile): string[] {
  return file.blocks
    .flatMap(({ type, labels, hidden }) => hidden.map((place) => [type, ...labels].join(' ') + place))
    .filter((place) => !FREE.test(place));
}

/** Functions and names that no accepted configuration has. */
const FORBIDDEN_FUNCTION = /^file|::|^(abspath|ephemeralasnull|nonsensitive|pathexpand|strrev|templatefile|templatestring)$/;
const FORBIDDEN_ROOT = /^(ephemeral|module|self)$/;

testWithHcl(`of ${COUNT} mutants, those that pass are read by HashiCorp's parser as exactly the object that was checked`, () => {
  const base = readBase();
  const valid = smallTree().json;
  const accepted: { readonly seed: number; readonly text: string | Buffer; readonly json: Json }[] = [];
  for (let seed = SEED; seed < SEED + COUNT; seed++) {
    const text = mutate(valid, new Random(seed));
    try {
      const json = readConfiguration(parseExactJson(Buffer.from(text)));
      const head = { ...base, stacks: [{ ...base.stacks[0]!, json }] };
      if (verifyArtifact(head, base).length === 0) accepted.push({ seed, text, json });
    } catch (error) {
      // `readArtifact` makes a refusal of it.
      if (!(error instanceof TerraformDocumentError)) throw new Error(`SEED=${seed}: ${(error as Error).stack}\n${text}`);
    }
  }
  // With fewer the comparison would show little.
  process.stderr.write(`${accepted.length} of ${COUNT} mutants pass\n`);
  expect(accepted.length).toBeGreaterThan(COUNT / 5);

  const arrived = readWithHcl(accepted.map(({ text }) => text));
  const checked = readWithHcl(accepted.map(({ json }) => JSON.stringify(json)));
  const problems = accepted.flatMap(({ seed, json }, index) => {
    const [before, after] = [arrived[index]!, checked[index]!];
    const expected = sorted(blocksIn(json));
    const found = [
      // Terraform plans nothing of a file with an empty type.
      ...[before.error, after.error].filter((error) => error !== undefined && !error.includes('Missing block label')),
      ...(after.error === undefined ? findDifferences('planned', sorted(after.blocks ?? []), expected) : []),
      ...(before.error === undefined ? findDifferences('arrived', sorted(before.blocks ?? []), expected) : []),
      ...(after.error === undefined ? hiddenBlocks(after).map((place) => `hidden blocks at ${place}`) : []),
      ...(after.templates ?? []).flatMap(({ text: template, functions, roots, error }) => [
        ...(error === undefined ? [] : [`${JSON.stringify(template)} is no template: ${error}`]),
        ...functions.filter((name) => FORBIDDEN_FUNCTION.test(name)).map((name) => `${JSON.stringify(template)} calls ${name}()`),
        ...roots.filter((name) => FORBIDDEN_ROOT.test(name)).map((name) => `${JSON.stringify(template)} refers to ${name}`),
      ]),
    ];
    return found.length === 0 ? [] : [`SEED=${seed}: ${found.join('; ').slice(0, 2000)}`];
  });
  expect(problems.length === 0 ? '' : `${problems.length} mutants, first of them:\n${problems.slice(0, 5).join('\n\n')}`).toBe('');
});
