import { createReport, Reachability } from '../lib/reachability';
import { type Block, block, blocks, isBlock, toList } from '../lib/terraform/values';

const POLICY = 'kubernetes_network_policy_v1';
const FIREWALL = 'google_compute_firewall';

/** Output of the reachability analysis that detects a mutant. */
export type Witness = 'matrix' | 'one side';

/** Stack with one changed rule, and the outputs that detect it. */
export interface Mutant {
  /** Path of the rule's construct in the stack. */
  readonly rule: string;

  /** Change of the rule, such as `removed` or `ingress 0: every port`. */
  readonly change: string;

  /** Outputs that detect the mutant; empty for a survivor or an equivalent mutant. */
  readonly noticedBy: readonly Witness[];

  /** Reason why the mutant is equivalent; undefined for detected mutants and survivors. */
  readonly reason?: string;
}

interface Rule {
  readonly type: string;
  readonly id: string;
  readonly path: string;
  readonly body: Block;
}

/** Rule after a change; undefined if it is removed. */
type Changed = Block | undefined;

type Edit = (body: Editable) => void;

/** Mutable copy of a block. */
type Editable = { [key: string]: Editable & Editable[] };

/**
 * Removes and widens each rule of a synthesized stack, one at a time, and compares the reachability analysis before and after: matrix and
 * one-sided connections. A survivor is a rule without effect, or one that the analysis misreads.
 */
export function createMutants(stack: Block): Mutant[] {
  const rules = [POLICY, FIREWALL].flatMap((type) => rulesOf(stack, type));
  const before = analyze(stack);
  return rules.flatMap((rule) =>
    changesOf(rule).map(([change, body]): Mutant => {
      const noticedBy = differences(before, analyze(replaceRule(stack, rule, body)));
      const reason =
        noticedBy.length > 0 ? undefined : (explainEmptiness(stack, rule, body) ?? explainRedundancy(stack, rule, body, rules));
      return { rule: rule.path, change, noticedBy, reason };
    }),
  );
}

function rulesOf(stack: Block, type: string): Rule[] {
  return Object.entries(block(stack, 'resource', type) ?? {}).flatMap(([id, body]): Rule[] => {
    if (!isBlock(body)) return [];
    const path = String(block(body, '//', 'metadata')?.path ?? `${type}.${id}`);
    return [{ type, id, path: path.slice(path.indexOf('/') + 1), body }];
  });
}

function changesOf(rule: Rule): [string, Changed][] {
  const edits = rule.type === POLICY ? policyEdits(rule.body) : firewallEdits(rule.body);
  const edited = edits.map(([change, edit]): [string, Changed] => {
    const body = structuredClone(rule.body);
    edit(body as Editable);
    return [change, body];
  });
  const text = JSON.stringify(rule.body);
  return [['removed', undefined], ...edited.filter(([, body]) => JSON.stringify(body) !== text)];
}

function policyEdits({ spec }: Block): [string, Edit][] {
  const types = toList(block({ spec }, 'spec')?.policy_types);
  const edits: [string, Edit][] = [['for every pod of the namespace', (body) => Object.assign(body.spec!, { pod_selector: {} })]];
  for (const [direction, side] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    const rules = blocks(spec, direction);
    if (rules.length === 0 && types.length > 1) {
      const type = direction === 'ingress' ? 'Ingress' : 'Egress';
      edits.push([`${direction} not closed`, (body) => Object.assign(body.spec!, { policy_types: types.filter((one) => one !== type) })]);
    }
    for (const [index, rule] of rules.entries()) {
      const at = `${direction} ${index}`;
      const edit = (change: string, how: Edit) => edits.push([`${at}: ${change}`, (body) => how(body.spec![direction]![index]!)]);
      edits.push([`${at}: removed`, (body) => body.spec![direction]!.splice(index, 1)]);
      edit('every port', (one) => delete one.ports);
      edit('any peer', (one) => delete one[side]);
      for (const list of [side, 'ports']) {
        const items = toList(rule[list]);
        // The last one is not removed: an empty list means all, as above.
        for (const item of items.length > 1 ? items.keys() : []) edit(`${list} ${item} removed`, (one) => one[list]!.splice(item, 1));
      }
      for (const [item, peer] of blocks(rule, side).entries()) {
        const widen = (change: string, how: Edit) => edit(`${side} ${item}: ${change}`, (one) => how(one[side]![item]!));
        if (peer.namespace_selector) widen('any namespace', (one) => Object.assign(one, { namespace_selector: {} }));
        if (peer.pod_selector) widen('any pod', (one) => Object.assign(one, { pod_selector: {} }));
        for (const except of toList(block(peer, 'ip_block')?.except).keys()) {
          widen(`exception ${except} removed`, (one) => one.ip_block!.except!.splice(except, 1));
        }
      }
    }
  }
  return edits;
}

function firewallEdits(body: Block): [string, Edit][] {
  const edits: [string, Edit][] = [];
  for (const key of Object.keys(body).filter((name) => /^(source|destination|target)_/.test(name))) {
    const items = toList(body[key]);
    edits.push([`any ${key}`, (one) => delete one[key]]);
    for (const item of items.length > 1 ? items.keys() : []) edits.push([`${key} ${item} removed`, (one) => one[key]!.splice(item, 1)]);
  }
  for (const [index, { ports }] of blocks(body, 'allow').entries()) {
    const edit = (change: string, how: Edit) => edits.push([`allow ${index}: ${change}`, (one) => how(one.allow![index]!)]);
    edit('every port', (one) => delete one.ports);
    edit('every protocol', (one) => {
      delete one.ports;
      Object.assign(one, { protocol: 'all' });
    });
    const items = toList(ports);
    for (const item of items.length > 1 ? items.keys() : []) edit(`ports ${item} removed`, (one) => one.ports!.splice(item, 1));
  }
  if (body.deny) {
    edits.push([
      'allows what it denies',
      (one) => {
        one.allow = one.deny!;
        delete one.deny;
      },
    ]);
  }
  return edits;
}

/** Replaces or removes a rule of the stack. */
function replaceRule(stack: Block, rule: Rule, body: Changed): Block {
  const { [rule.id]: _, ...others } = block(stack, 'resource', rule.type)!;
  return withResources(stack, rule.type, body ? { ...others, [rule.id]: body } : others);
}

function withResources(stack: Block, type: string, resources: Block): Block {
  return { ...stack, resource: { ...block(stack, 'resource'), [type]: resources } };
}

function analyze(stack: Block): Readonly<Record<Witness, string>> {
  const { cells, oneSided } = createReport(Reachability.read(stack));
  return { matrix: JSON.stringify(cells), 'one side': JSON.stringify(oneSided) };
}

function differences(before: ReturnType<typeof analyze>, after: ReturnType<typeof analyze>): Witness[] {
  return (['matrix', 'one side'] as const).filter((witness) => before[witness] !== after[witness]);
}

function isNoticed(stack: Block, rule: Rule, body: Changed): boolean {
  return differences(analyze(stack), analyze(replaceRule(stack, rule, body))).length > 0;
}

/** Explains a mutant that would be detected with another workload in its namespace, or VM instance in its network. */
function explainEmptiness(stack: Block, rule: Rule, body: Changed): string | undefined {
  const { provider, network } = rule.body;
  const namespace = block(rule.body, 'metadata')?.namespace;
  const [type, stranger, reason] =
    rule.type === POLICY
      ? [
          'kubernetes_deployment_v1',
          { provider, metadata: { name: 'stranger', namespace }, spec: { template: { metadata: { labels: { app: 'stranger' } } } } },
          'there is no other workload in its namespace',
        ]
      : ['google_compute_instance', { name: 'stranger', network_interface: { network } }, 'there is no other VM instance in its network'];
  const populated = withResources(stack, type, { ...block(stack, 'resource', type), stranger });
  return isNoticed(populated, rule, body) ? reason : undefined;
}

/** Explains a mutant that would be detected without other rules of the same effect; names as few of them as possible. */
function explainRedundancy(stack: Block, rule: Rule, body: Changed, rules: readonly Rule[]): string | undefined {
  const without = (others: readonly Rule[]) => others.reduce((sum, other) => replaceRule(sum, other, undefined), stack);
  let others = rules.filter((other) => other !== rule && isAlike(other, rule));
  if (others.length === 0 || !isNoticed(without(others), rule, body)) return undefined;
  for (const other of others) {
    const fewer = others.filter((one) => one !== other);
    if (isNoticed(without(fewer), rule, body)) others = fewer;
  }
  const paths = others.map(({ path }) => path);
  const same = `${paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(' and ')}`;
  const why = rule.type === POLICY ? 'closes the same pods too' : 'does the same: to a VPC all pods are one range';
  return `${same} ${paths.length > 1 ? why.replace(/^(close|do)e?s/, '$1') : why}`;
}

function isAlike({ type, body }: Rule, rule: Rule): boolean {
  if (type !== rule.type) return false;
  return type === POLICY
    ? block(body, 'metadata')?.namespace === block(rule.body, 'metadata')?.namespace
    : body.direction === rule.body.direction && body.network === rule.body.network;
}
