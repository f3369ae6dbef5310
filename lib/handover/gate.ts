import { isDeepStrictEqual } from 'node:util';
import { type Block, blocks, isBlock } from '../terraform/values';
import type { HandedStack, HandedTree } from './tree';

/** Properties for `checkHandover`. */
export interface HandoverOptions {
  /**
   * Repositories that charts may come from, besides those the base uses.
   *
   * @default - none
   */
  readonly chartRepositories?: readonly string[];
}

/** Data sources that tell nothing secret, and start nothing. What the base branch asks may be asked, too. */
const DATA_SOURCES = new Set([
  'google_compute_image',
  'google_compute_network',
  'google_compute_regions',
  'google_compute_subnetwork',
  'google_compute_zones',
  'google_container_engine_versions',
  'google_dns_managed_zone',
  'google_netblock_ip_ranges',
  'google_project',
]);

/** Resources whose import would bring a secret into the plan. */
const SECRET_TYPES = /^(google_secret_manager_secret_version|google_service_account_key|kubernetes_secret)/;

/** What a synthesized stack consists of. */
const TOP_LEVEL = new Set([
  '//',
  'terraform',
  'provider',
  'resource',
  'data',
  'output',
  'variable',
  'locals',
  'moved',
  'removed',
  'import',
]);

/**
 * Holds what a pull request's code synthesized against what the base branch synthesizes, before anything with credentials looks at it.
 *
 * Whoever writes a pull request writes the configuration that is planned. Planning runs what a provider is told to run (`exec`), sends tokens where a
 * provider is told to send them, and reads the files that functions name; so all of that has to be the base's, byte for byte.
 *
 * @returns in a sentence each, what is refused; nothing when it may be planned
 */
export function checkHandover(head: HandedTree, base: HandedTree, options: HandoverOptions = {}): string[] {
  const baseStacks = new Map(base.stacks.map((stack) => [stack.name, stack]));
  return [
    ...head.refusals,
    ...head.stacks.flatMap((stack) => {
      const known = baseStacks.get(stack.name);
      if (!known) return [`stack ${stack.name} must be in the base branch before it is planned with credentials`];
      return new Gate(stack, known, options).refusals();
    }),
  ];
}

class Gate {
  private readonly found: string[] = [];
  private readonly head: Block;
  private readonly base: Block;
  private readonly providers: ReadonlySet<string>;
  private readonly repositories: ReadonlySet<unknown>;
  private readonly projects: ReadonlySet<unknown>;

  constructor(
    private readonly stack: HandedStack,
    base: HandedStack,
    options: HandoverOptions,
  ) {
    this.head = stack.json;
    this.base = base.json;
    this.providers = new Set(blocks(this.base.terraform, 'required_providers').flatMap((names) => Object.keys(names)));
    const resources = resourcesIn(this.base, 'resource');
    this.repositories = new Set([...(options.chartRepositories ?? []), ...resources.map(({ body }) => body.repository)]);
    this.projects = new Set([
      ...resources.map(({ body }) => body.project),
      ...blocks(this.base.provider, 'google').map(({ project }) => project),
    ]);
  }

  public refusals(): string[] {
    for (const name of Object.keys(this.head))
      if (!TOP_LEVEL.has(name)) this.refuse(name, 'must not be there: a block of this kind is not planned with credentials');
    for (const name of ['terraform', 'provider'] as const) {
      if (!isDeepStrictEqual(this.head[name], this.base[name]))
        this.refuse(name, 'must be as in the base branch: merge a change of it first');
    }
    for (const resource of resourcesIn(this.head, 'resource')) this.checkResource(resource);
    for (const { type, address, body } of resourcesIn(this.head, 'data')) {
      const asked = (this.base.data as Record<string, Block> | undefined)?.[type];
      const isKnown = isBlock(asked) && Object.values(asked).some((each) => isDeepStrictEqual(each, body));
      if (!DATA_SOURCES.has(type) && !isKnown)
        this.refuse(`data.${address}`, 'must be of a kind that is on the list, or as in the base branch');
    }
    for (const { to } of blocks(this.head, 'import')) {
      if (SECRET_TYPES.test(String(to))) this.refuse(`import of ${String(to)}`, 'must not bring a secret into the plan');
    }
    this.checkTexts(this.head, '');
    return this.found;
  }

  private checkResource({ type, address, body }: Found): void {
    const [provider] = type.split('_');
    if (!this.providers.has(provider!) && type !== 'terraform_data') {
      this.refuse(address, `must be of a provider of the base branch (${[...this.providers].join(', ')})`);
    }
    if (body.provider !== undefined && !this.providers.has(String(body.provider).split('.')[0]!))
      this.refuse(address, 'must name a provider of the base branch');
    if (body.project !== undefined && !this.projects.has(body.project)) {
      this.refuse(address, `must be in a project of the base branch, got ${JSON.stringify(body.project)}`);
    }
    if (type === 'helm_release') this.checkRelease(address, body);
    // The one resource of these providers that reads a file that an argument names.
    if (type === 'google_storage_bucket_object' && body.source !== undefined && !this.isAsset(body.source)) {
      this.refuse(address, "'source' must be an asset of the stack");
    }
  }

  private checkRelease(address: string, body: Block): void {
    for (const name of [
      'postrender',
      'dependency_update',
      'repository_key_file',
      'repository_cert_file',
      'repository_ca_file',
      'keyring',
    ]) {
      if (body[name] !== undefined && body[name] !== false)
        this.refuse(address, `'${name}' must not be set: it runs a program or reads a file`);
    }
    const chart = String(body.chart);
    const repository = body.repository ?? (chart.startsWith('oci://') ? chart : undefined);
    if (repository === undefined) {
      if (!this.isAsset(chart))
        this.refuse(address, `'chart' must be an asset of the stack or come from a repository, got ${JSON.stringify(chart)}`);
    } else if (
      ![...this.repositories].some(
        (known) => typeof known === 'string' && (repository === known || chart.startsWith(`${known.replace(/\/$/, '')}/`)),
      )
    ) {
      this.refuse(address, `the chart must come from a repository of the base branch or of the list, got ${JSON.stringify(repository)}`);
    }
  }

  /** Whether a path is in the assets that were handed over. */
  private isAsset(value: unknown): boolean {
    const [, below] = /^(?:\$\{path\.(?:module|root)\}\/)?assets\/(.+)$/.exec(String(value)) ?? [];
    if (below === undefined || below.split('/').includes('..') || below.includes('${')) return false;
    return [...this.stack.assets].some((file) => file === below || file.startsWith(`${below}/`));
  }

  /** Blocks and functions that read files or run something, wherever they are. */
  private checkTexts(value: unknown, place: string): void {
    if (typeof value === 'string') {
      const name = fileFunctionIn(value);
      if (name !== undefined) this.refuse(place, `must not call ${name}(), which reads what is on the machine`);
    } else if (Array.isArray(value)) {
      for (const [index, each] of value.entries()) this.checkTexts(each, `${place}[${index}]`);
    } else if (isBlock(value)) {
      for (const [key, member] of Object.entries(value)) {
        const at = place === '' ? key : `${place}.${key}`;
        if ((key === 'provisioner' || key === 'connection') && /^(resource|removed)\b/.test(place))
          this.refuse(at, 'must not be there: it runs a program');
        this.checkTexts(key, at);
        this.checkTexts(member, at);
      }
    }
  }

  private refuse(place: string, rule: string): void {
    this.found.push(`${this.stack.name}: ${place.slice(0, 200)} ${rule}`);
  }
}

interface Found {
  readonly type: string;
  readonly address: string;
  readonly body: Block;
}

function resourcesIn(json: Block, kind: 'resource' | 'data'): Found[] {
  const types = (json[kind] ?? {}) as Readonly<Record<string, Readonly<Record<string, Block>>>>;
  return Object.entries(types).flatMap(([type, named]) =>
    Object.entries(named).map(([name, body]) => ({ type, address: `${type}.${name}`, body })),
  );
}

/** A function in a template that reads a file or the machine, or is a provider's own; also one that only looks like it. */
function fileFunctionIn(text: string): string | undefined {
  if (!/[$%]\{/.test(text)) return undefined;
  return /\b(file[a-z0-9]*|templatefile|templatestring|pathexpand|abspath|provider::[\w:]+)\s*\(/i.exec(text)?.[1];
}
