import { isDeepStrictEqual } from 'node:util';
import { type Block, blocks, isBlock } from '../terraform/values';
import type { Artifact, ArtifactStack } from './artifact';
import { toPrintable } from './printable';

/** Properties for `verifyArtifact`. */
export interface VerifyArtifactOptions {
  /**
   * Chart repositories that are allowed, besides those of the base branch.
   *
   * @default - none
   */
  readonly chartRepositories?: readonly string[];
}

/** Data sources without secrets and without side effects. Those of the base branch are allowed too. */
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

/** Resource types whose import would put a secret into the plan. */
const SECRET_TYPES = /^(google_secret_manager_secret_version|google_service_account_key|kubernetes_secret)/;

/** Blocks of a synthesized stack. */
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
 * Verifies the artifact of a pull request against that of the base branch, before it is planned with credentials.
 *
 * The author of a pull request controls the configuration that is planned. Planning runs programs of the provider configuration (`exec`),
 * sends tokens to its hosts, and reads files that functions name, so all of these have to be those of the base branch, byte for byte.
 *
 * @returns refusals, one sentence each; empty when the artifact may be planned
 */
export function verifyArtifact(head: Artifact, base: Artifact, options: VerifyArtifactOptions = {}): string[] {
  const baseStacks = new Map(base.stacks.map((stack) => [stack.name, stack]));
  const refusals = [
    ...base.refusals.map((refusal) => `base branch: ${refusal}`),
    ...head.refusals,
    ...(head.stackNames.length === 0 ? ['an artifact must have at least one stack, got none'] : []),
    ...[...baseStacks.keys()]
      .filter((name) => !head.stackNames.includes(name))
      .map((name) => `stack ${name} of the base branch must be in the artifact: the removal of a stack is not planned`),
    ...head.stacks.flatMap((stack) => {
      const known = baseStacks.get(stack.name);
      if (!known) return [`stack ${stack.name} must be in the base branch before it is planned with credentials`];
      return new ArtifactVerifier(stack, known, options).refusals();
    }),
  ];
  return refusals.map(toPrintable);
}

class ArtifactVerifier {
  private readonly found: string[] = [];
  private readonly head: Block;
  private readonly base: Block;
  private readonly providers: ReadonlySet<string>;
  private readonly repositories: ReadonlySet<unknown>;
  private readonly projects: ReadonlySet<unknown>;

  constructor(
    private readonly stack: ArtifactStack,
    base: ArtifactStack,
    options: VerifyArtifactOptions,
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
      if (!TOP_LEVEL.has(name)) this.refuse(name, 'is not allowed: blocks of this kind are not planned with credentials');
    for (const name of ['terraform', 'provider'] as const) {
      if (!isDeepStrictEqual(this.head[name], this.base[name]))
        this.refuse(name, 'must be as in the base branch: merge a change of it first');
    }
    for (const resource of resourcesIn(this.head, 'resource')) this.checkResource(resource);
    for (const { type, address, body } of resourcesIn(this.head, 'data')) {
      const asked = (this.base.data as Record<string, Block> | undefined)?.[type];
      const isKnown = isBlock(asked) && Object.values(asked).some((each) => isDeepStrictEqual(each, body));
      if (!DATA_SOURCES.has(type) && !isKnown) this.refuse(`data.${address}`, 'must be an allowed data source, or as in the base branch');
    }
    for (const { to } of blocks(this.head, 'import')) {
      if (SECRET_TYPES.test(String(to))) this.refuse(`import of ${String(to)}`, 'must not put a secret into the plan');
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
    // The only resource of these providers that reads a file named by an argument.
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
      this.refuse(
        address,
        `the chart must come from a repository of the base branch or of --chart-repository, got ${JSON.stringify(repository)}`,
      );
    }
  }

  /** Tests that a path is in the assets of the artifact. */
  private isAsset(value: unknown): boolean {
    const [, below] = /^(?:\$\{path\.(?:module|root)\}\/)?assets\/(.+)$/.exec(String(value)) ?? [];
    if (below === undefined || below.split('/').includes('..') || below.includes('${')) return false;
    return [...this.stack.assets.keys()].some((file) => file === below || file.startsWith(`${below}/`));
  }

  /** Refuses blocks and functions that read files or run programs, at any depth. */
  private checkTexts(value: unknown, place: string): void {
    if (typeof value === 'string') {
      const name = findFileFunction(value);
      if (name !== undefined) this.refuse(place, `must not call ${name}(), which reads files of the machine`);
    } else if (Array.isArray(value)) {
      for (const [index, each] of value.entries()) this.checkTexts(each, `${place}[${index}]`);
    } else if (isBlock(value)) {
      for (const [key, member] of Object.entries(value)) {
        const at = place === '' ? key : `${place}.${key}`;
        if ((key === 'provisioner' || key === 'connection') && /^(resource|removed)\b/.test(place))
          this.refuse(at, 'is not allowed: it runs a program');
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

/** Finds a function in a template that reads files, or is defined by a provider. Similar names match too. */
function findFileFunction(text: string): string | undefined {
  if (!/[$%]\{/.test(text)) return undefined;
  return /\b(file[a-z0-9]*|templatefile|templatestring|pathexpand|abspath|provider::[\w:]+)\s*\(/i.exec(text)?.[1];
}
