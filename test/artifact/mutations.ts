import { type Json, ref } from './hostile/tree';

/** Pseudo-random numbers of a seed (mulberry32), the same on every machine. */
export class Random {
  constructor(
    private state: number,

    /** Values of the test, which mutations use besides their own. */
    public readonly values: readonly Json[] = [],
  ) {}

  public next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  public below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  public chance(share: number): boolean {
    return this.next() < share;
  }

  public pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** Place of a value in a configuration. */
interface Slot {
  readonly holder: Json;
  readonly key: string | number;
}

/** All places of values below a value, comments included. */
function slotsIn(value: Json): Slot[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [{ holder: value, key }, ...slotsIn(value[key])]);
}

/** Texts of a template's syntax, and texts that look like it. */
const PIECES = [
  ...[
    'a',
    'file',
    '(',
    ')',
    '"',
    '\\"',
    '$',
    '$$',
    '%',
    '%%',
    '{',
    '}',
    '${',
    '%{',
    '$${',
    '%%{',
    '~',
    '#',
    '//',
    '/*',
    '*/',
    '\n',
    '\r',
    ' ',
  ],
  ...[
    '[',
    ']',
    '.',
    '::',
    ',',
    ':',
    '=>',
    '=',
    '?',
    '*',
    '...',
    '!',
    '-',
    '1',
    '<<E\n',
    '\nE\n',
    'for x in',
    'if true',
    'endif',
    'each.key',
  ],
  ...['local.a', 'google_compute_network.Network.name', 'upper', 'jsonencode', 'path.module', 'core::', 'é', '\u200b', '\\u0024', "'", '`'],
];

const EXPRESSIONS = [
  'google_compute_network.Network.name',
  'google_compute_network.Network["name"]',
  'google_container_cluster.Cluster.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint',
  'jsonencode({a = google_compute_network.Network.name})',
  'join("-", ["a", google_compute_network.Network.name])',
  'upper("$${file(1)}")',
  `lower("a ${ref('google_compute_network.Network.name')} b")`,
  'toset(["a", "b"])',
  `[for x in ["a", "b"] : "${ref('x')}!"]`,
  '{for k, v in {a = 1} : k => v}',
  'true ? "a" : "b"',
  'google_compute_network.Network.*.name',
  'file("/etc/passwd")',
  'nonsensitive("a")',
  'path.module',
  'path.cwd',
  '"}"',
  'google_compute_network.Network.name /* } */',
  'var.a',
  '1 + 2 * 3',
  '"%{ if true }a%{ endif }"',
  `<<E\n}${ref('google_compute_network.Network.name')}\nE\n`,
];

/** Texts that values are replaced by. */
function randomText(random: Random): string {
  const texts = random.values.filter((value) => typeof value === 'string');
  if (texts.length > 0 && random.chance(0.3)) return random.pick(texts);
  const kind = random.below(5);
  if (kind === 0)
    return random.pick([
      'a file (of ours)',
      'x',
      '',
      '10.0.0.0/8',
      '$${file("x")}',
      '%%{ if }',
      'it costs $5 {net}',
      'äöü',
      '100%',
      '{"a":"b"}',
    ]);
  if (kind === 1) return ref(random.pick(EXPRESSIONS));
  if (kind === 2) return `a ${ref(random.pick(EXPRESSIONS))} b ${ref(random.pick(EXPRESSIONS))}`;
  const pieces = Array.from({ length: 1 + random.below(6) }, () => random.pick(PIECES)).join('');
  return kind === 3 ? pieces : ref(pieces);
}

/** Any value. */
function randomValue(random: Random, depth = 0): Json {
  if (random.values.length > 0 && random.chance(0.3)) return structuredClone(random.pick(random.values));
  const kind = random.below(depth > 2 ? 6 : 9);
  if (kind < 3) return randomText(random);
  if (kind === 3) return random.pick([0, 1, -1, 1.5, 100, 1e3, 4294967296]);
  if (kind === 4) return random.chance(0.5);
  if (kind === 5) return random.pick([null, [], {}]);
  if (kind === 6) return Array.from({ length: random.below(3) }, () => randomValue(random, depth + 1));
  const keys = ['name', 'labels', 'team', '//', 'dynamic', 'content', 'for_each', 'provisioner', 'a b', randomText(random)];
  return Object.fromEntries(Array.from({ length: random.below(3) }, () => [random.pick(keys), randomValue(random, depth + 1)]));
}

const FREE_TEXTS = ['description', 'labels', 'annotations', 'name', 'metadata', 'values', 'display_name'];

/** Mutations of the object. Each returns false where it does not apply. */
const OBJECT_MUTATIONS: readonly ((json: Json, random: Random) => boolean)[] = [
  // A text becomes another text: mostly accepted.
  (json, random) =>
    replace(
      json.resource,
      random,
      (value) => typeof value === 'string',
      () => randomText(random),
    ),
  (json, random) =>
    replace(
      json.resource,
      random,
      (value) => typeof value === 'string',
      (value) => insert(value, random.pick(PIECES), random),
    ),
  (json, random) =>
    replace(
      json.resource,
      random,
      (_, key) => FREE_TEXTS.includes(String(key)),
      (value) => (typeof value === 'string' ? randomText(random) : value),
    ),
  (json, random) =>
    replace(
      json.resource,
      random,
      (value) => typeof value === 'number',
      () => random.below(1000),
    ),
  (json, random) =>
    replace(
      json.resource,
      random,
      (value) => typeof value === 'boolean',
      (value) => !value,
    ),
  // A value becomes another value.
  (json, random) =>
    replace(
      json,
      random,
      () => true,
      () => randomValue(random),
    ),
  // Forms that Terraform reads as the same blocks, or as others.
  (json, random) => replace(json, random, isObject, (value) => [value]),
  (json, random) => replace(json, random, isObject, (value) => [[value]]),
  (json, random) => replace(json, random, isObject, (value) => [value, value]),
  (json, random) => replace(json, random, isObject, (value) => [value, random.pick([{}, null, [], [{}], 'a', { name: 'a' }])]),
  (json, random) => replace(json, random, isObject, (value) => split(value, random)),
  (json, random) =>
    replace(
      json,
      random,
      (value) => Array.isArray(value) && value.length === 1,
      (value) => value[0],
    ),
  (json, random) =>
    replace(
      json,
      random,
      (value) => Array.isArray(value),
      (value) => [value],
    ),
  // Members.
  (json, random) =>
    change(json, random, (value) =>
      add(value, random.pick(['description', 'labels', 'team', 'count', '//', 'provider', 'x']), randomValue(random)),
    ),
  (json, random) => change(json, random, (value) => add(value, randomText(random), randomValue(random))),
  (json, random) => remove(json, random),
  (json, random) => change(json, random, (value) => shuffle(value, random)),
  // Resources.
  (json, random) => {
    const types = Object.entries<Json>(json.resource ?? {}).filter(([, named]) => isObject(named) && Object.keys(named).length > 0);
    if (types.length === 0 || !isObject(json.resource)) return false;
    const [type, named] = random.pick(types);
    json.resource[type] = { ...named, [`Copy${random.below(9)}`]: structuredClone(random.pick(Object.values<Json>(named))) };
    return true;
  },
  (json, random) => {
    if (!isObject(json.resource)) return false;
    const type = random.pick([...Object.keys(json.resource), 'none']);
    delete json.resource[type];
    return true;
  },
  (json, random) => {
    json.output = { ...json.output, [random.pick(['a', 'b', 'ä', 'a-b', 'a b', '1'])]: { value: randomValue(random) } };
    return true;
  },
  (json, random) => {
    json.locals = random.chance(0.5) ? { a: randomValue(random) } : [{ a: randomValue(random) }, { [random.pick(['a', 'b'])]: 1 }];
    return true;
  },
  (json, random) => {
    json[random.pick(['moved', 'import', 'removed', 'data', 'variable', 'check', 'provider', 'terraform', 'x'])] = randomValue(random);
    return true;
  },
  (json, random) => {
    json.moved = [
      {
        from: `google_compute_disk.${random.pick(['A', 'B'])}`,
        to: random.pick(['google_compute_disk.Disk', 'google_compute_disk.Disk[0]', ' a.b']),
      },
    ];
    return true;
  },
];

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function replace(
  root: Json,
  random: Random,
  matches: (value: Json, key: string | number) => boolean,
  create: (value: Json) => Json,
): boolean {
  const slots = slotsIn(root).filter(({ holder, key }) => matches(holder[key], key));
  if (slots.length === 0) return false;
  const { holder, key } = random.pick(slots);
  holder[key] = create(holder[key]);
  return true;
}

function change(root: Json, random: Random, create: (value: Json) => Json): boolean {
  return replace(root, random, isObject, create);
}

function remove(root: Json, random: Random): boolean {
  const slots = slotsIn(root);
  if (slots.length === 0) return false;
  const { holder, key } = random.pick(slots);
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return true;
}

function add(value: Json, name: string, member: Json): Json {
  return { ...value, [name]: member };
}

/** Two objects in a list, which Terraform merges. */
function split(value: Json, random: Random): Json {
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  return [Object.fromEntries(entries.slice(0, at)), Object.fromEntries(entries.slice(at))];
}

function shuffle(value: Json, random: Random): Json {
  return Object.fromEntries(
    Object.entries(value)
      .map((entry) => [random.next(), entry] as const)
      .sort(([one], [other]) => one - other)
      .map(([, entry]) => entry),
  );
}

function insert(text: string, piece: string, random: Random): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
}

/** Mutations of the text of a file. */
const TEXT_MUTATIONS: readonly ((text: string, random: Random) => string | Buffer)[] = [
  (text, random) => atToken(text, random, /[{}[\],:]/g, (token) => `${token}${random.pick([' ', '\n', '\t', '\r\n', '  \n '])}`),
  (text, random) =>
    atToken(text, random, /[{}[\],:]/g, (token) => `${random.pick([' ', '\n', '\t', '\f', '\v', '\u00a0', '\ufeff', '\0'])}${token}`),
  // A character becomes its escape.
  (text, random) =>
    atToken(text, random, /(?<=[a-z])[a-z](?=[a-z]*")/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (text, random) =>
    atToken(text, random, /(?<=[a-z])(?=[a-z]*")/g, () =>
      random.pick(['\\n', '\\/', '\\u00e9', '\\ud83d\\ude00', '\\ud800', '\\u0000', '\\x41', '\\b', 'e\u0301', '\u2028']),
    ),
  // A member twice.
  (text, random) => atToken(text, random, /"[\w-]+":(?:"[^"\\]*"|\d+|true|false)/g, (member) => `${member},${member}`),
  (text, random) =>
    atToken(
      text,
      random,
      /"[\w-]+":(?:"[^"\\]*"|\d+|true|false)/g,
      (member) => `${member},${member.replace(/"(\w)/, (_, first: string) => `"\\u00${first.charCodeAt(0).toString(16)}`)}`,
    ),
  // A number in another notation.
  (text, random) =>
    atToken(text, random, /(?<=:)\d+(?=[,}\]])/g, (number) =>
      random.pick([
        `${number}.0`,
        `${number}e0`,
        `0${number}`,
        `+${number}`,
        `-${number}`,
        `${number}.`,
        `${number}00000000000000000001`,
        `${number}E+1`,
        '-0',
        '1e400',
      ]),
    ),
  (text, random) => atToken(text, random, /[,:[\]{}"]/g, () => ''),
  (text, random) => atToken(text, random, /[,:[\]{}"]/g, () => random.pick([',', ':', '[', ']', '{', '}', '"'])),
  (text, random) => atToken(text, random, /"(?:[^"\\]|\\.)*"/g, () => random.pick(['null', 'true', '"a"', '{}', '[]', '1', 'NaN', "'a'"])),
  (text, random) => text.slice(0, random.below(text.length)),
  // Any byte.
  (text, random) => {
    const bytes = Buffer.from(text);
    bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
];

function atToken(text: string, random: Random, pattern: RegExp, create: (token: string) => string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const { 0: token, index } = random.pick(found);
  return text.slice(0, index) + create(token) + text.slice(index + token.length);
}

/** Mutates the object of a configuration, one to three times. */
export function mutateObject(valid: Json, random: Random): Json {
  const json = structuredClone(valid);
  for (let count = random.pick([1, 1, 1, 2, 3]); count > 0; ) if (random.pick(OBJECT_MUTATIONS)(json, random)) count--;
  return json;
}

/** Mutates a configuration: its object, its text, or both. */
export function mutate(valid: Json, random: Random): string | Buffer {
  const isObjectMutated = random.chance(0.75);
  const json = isObjectMutated ? mutateObject(valid, random) : valid;
  const text = JSON.stringify(json, undefined, random.pick([0, 0, 2]));
  return !isObjectMutated || random.chance(0.2) ? random.pick(TEXT_MUTATIONS)(text, random) : text;
}

/** Template of valid expressions with zero to three pieces inserted, removed or replaced. */
export function mutateTemplate(random: Random): string {
  let text = randomTemplate(random);
  for (let count = random.pick([0, 0, 0, 0, 1, 1, 2, 3]); count > 0; count--) {
    const at = random.below(text.length + 1);
    const kind = random.below(3);
    if (kind === 0) text = insert(text, random.pick(PIECES), random);
    else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + random.below(3));
    else text = text.slice(0, at) + random.pick(PIECES) + text.slice(at + 1);
  }
  return text;
}

function randomTemplate(random: Random): string {
  return Array.from({ length: 1 + random.below(3) }, () =>
    random.chance(0.7) ? ref(randomExpression(random)) : random.pick(LITERALS),
  ).join('');
}

const LITERALS = ['a', '$', '%', '$$', '$${', '%%{', '"', '\\', '\\"', '{', '}', '\n', '#', '//', '$%', '%$', '$$$', '~', 'é'];

/** Expression of the grammar, with spaces where they are allowed. */
function randomExpression(random: Random, depth = 0): string {
  const below = (): string => randomExpression(random, depth + 1);
  const space = (): string => random.pick(['', '', '', '', '', ' ', ' ', ' ', random.pick(['\n', '\t', '\r\n'])]);
  const join = (...parts: readonly string[]): string => parts.map((part) => space() + part).join('') + space();
  if (depth > 1 + random.below(3)) return random.pick(['a', 'local.b', '1', '"x"', 'true', 'each.key', 'null']);
  const forms: readonly (() => string)[] = [
    () => random.pick(EXPRESSIONS),
    () =>
      join(
        random.pick(['upper', 'join', 'file', 'core::file', 'provider::a::b', 'a-b']),
        '(',
        below(),
        random.pick(['', '', ',', ', 1', '...']),
        ')',
      ),
    () => join('(', below(), ')'),
    () => join('[', below(), random.pick(['', ',', `, ${below()}`]), ']'),
    () =>
      join(
        '{',
        random.pick(['a', '"b"', '(c)', `"${ref('d')}"`, '1', 'e.f', 'for']),
        random.pick(['=', ':']),
        below(),
        random.pick(['', ',', '\n']),
        '}',
      ),
    () => join(below(), random.pick(['+', '-', '*', '/', '%', '&&', '||', '==', '!=', '<', '>=']), below()),
    () => join(random.pick(['!', '-']), below()),
    () => join(below(), '?', below(), ':', below()),
    () =>
      join(
        random.pick(['a', 'b.c', 'local.x']),
        random.pick(['.d', '[0]', '["k"]', '.0', '.*', '[*]', '.0.1', `["${ref('x')}"]`, `[${below()}]`]),
        random.pick(['', '.e', '.*.f', '[1]', '[*].g']),
      ),
    () =>
      join('[', 'for ', random.pick(['x', 'k, v', 'each', 'a']), ' in ', below(), ':', below(), random.pick(['', ` if ${below()}`]), ']'),
    () =>
      join(
        '{',
        'for ',
        random.pick(['x', 'k, v']),
        ' in ',
        below(),
        ':',
        below(),
        '=>',
        below(),
        random.pick(['', '...', ` if ${below()}`]),
        '}',
      ),
    () =>
      `"${random.pick(['', 'a', '\\n', '\\"', '$${', '%%{', '$', '\\u0041', '}'])}${random.chance(0.6) ? ref(below()) : ''}${random.pick(['', 'b', '}', '\\\\'])}"`,
  ];
  const unsupported: readonly (() => string)[] = [
    () => `"${random.pick(['%{ if true }', '%{ for x in y }'])}a${random.pick(['%{ endif }', '%{ endfor }'])}"`,
    () => join(below(), random.pick(['/* c */', '# c\n', '// c\n'])),
    () => random.pick(['~', '']) + below() + random.pick(['~', '']),
  ];
  return (random.chance(0.95) ? random.pick(forms) : random.pick(unsupported))();
}
