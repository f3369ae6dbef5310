import { isDeepStrictEqual } from 'node:util';
import { type Block, blocks, isBlock, textsIn, toList } from '../terraform/values';
import type { Artifact, ArtifactStack } from './artifact';
import { BaseComparison } from './base-comparison';
import { BaseProjects } from './base-projects';
import { ChartSources } from './chart-sources';
import { argumentRoles, PUBLIC_IMAGE_PROJECTS, RELEASE_ARGUMENTS } from './checked-arguments';
import { findImportProblem } from './import-rules';
import { PLANNABLE_DATA_SOURCES, PLANNABLE_TYPES, SECRET_TYPES } from './plannable-types';
import { formatName, quote, toPrintable } from './printable';
import { own, StackBlocks, type StackResource } from './stack-blocks';
import { verifyMembers, verifyTexts } from './text-rules';

/** Properties for `verifyArtifact`. */
export interface VerifyArtifactOptions {
  /**
   * Chart repositories that are allowed, besides those of the base branch.
   *
   * @default - none
   */
  readonly chartRepositories?: readonly string[];

  /**
   * Types of resources and data sources that are allowed, besides those that the library reviewed.
   *
   * @default - none
   */
  readonly allowedTypes?: readonly string[];
}

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

const LIFECYCLE = ['create_before_destroy', 'prevent_destroy', 'ignore_changes', 'replace_triggered_by', 'precondition', 'postcondition'];

/**
 * Verifies the artifact of a pull request against that of the base branch, before it is planned with credentials.
 *
 * The author of a pull request controls the configuration that is planned. Planning runs programs of the provider configuration (`exec`),
 * sends tokens to its hosts, and reads files that functions and arguments name. So provider blocks, and everything that they refer to, must be
 * those of the base branch; functions, references, types and arguments must be on a list.
 *
 * @returns refusals, one sentence each, safe to print; empty when the artifact may be planned
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
      return new StackVerifier(stack, known, options).refusals();
    }),
  ];
  return refusals.map(toPrintable);
}

class StackVerifier {
  private readonly found: string[] = [];
  private readonly name: string;
  private readonly head: StackBlocks;
  private readonly base: StackBlocks;
  private readonly comparison: BaseComparison;
  private readonly projects: BaseProjects;
  private readonly charts: ChartSources;
  private readonly allowedTypes: ReadonlySet<string>;
  private readonly changesAssets: boolean;

  constructor(stack: ArtifactStack, base: ArtifactStack, { chartRepositories = [], allowedTypes = [] }: VerifyArtifactOptions) {
    this.name = stack.name;
    this.head = new StackBlocks(stack.json);
    this.base = new StackBlocks(base.json);
    this.comparison = new BaseComparison(this.head, this.base);
    this.projects = new BaseProjects(this.head, this.base, this.comparison);
    this.charts = new ChartSources(this.base, this.comparison, stack.assets, base.assets, chartRepositories);
    this.allowedTypes = new Set(allowedTypes);
    this.changesAssets = !isDeepStrictEqual(stack.assets, base.assets);
  }

  public refusals(): readonly string[] {
    const { json } = this.head;
    for (const name of Object.keys(json))
      if (!TOP_LEVEL.has(name)) this.refuse(name, 'is not allowed: blocks of this kind are not planned with credentials');
    for (const name of ['terraform', 'provider'] as const) {
      if (!isDeepStrictEqual(json[name], this.base.json[name]))
        this.refuse(name, 'must be as in the base branch: merge a change of it first');
    }
    const providers = this.comparison.compareReferences([json.terraform, json.provider]);
    for (const problem of providers.problems) this.refuse('provider', `refers to a value that the pull request changes: ${problem}`);

    for (const resource of this.head.resources.values()) {
      if (!this.comparison.isOfBase(resource)) this.verifyResource(resource);
      // The files of an unchanged release may have changed.
      const problem = resource.type === 'helm_release' ? this.charts.findRenderedChartProblem(resource.body) : undefined;
      if (problem !== undefined) this.refuse(formatName(resource.address), problem);
    }
    this.verifyUsedAssets();
    this.verifyStateBlocks(providers.addresses);
    this.verifyOthers();
    return this.found;
  }

  private verifyResource(resource: StackResource): void {
    const { kind, type, address, body } = resource;
    this.verifyType(resource);
    this.verifyProvider(type, formatName(address), body.provider);
    for (const lifecycle of toList(body.lifecycle)) {
      if (!isBlock(lifecycle)) this.refuse(formatName(address), `'lifecycle' must be a block, got ${quote(lifecycle)}`);
      else verifyMembers(lifecycle, LIFECYCLE, `'lifecycle' of ${formatName(address)}:`, this.refuse);
    }
    for (const [path, role] of Object.entries(argumentRoles(type))) {
      const values = argumentValues(body, path.split('.'));
      if (values.length === 0 || this.isArgumentOfBase(resource, path, values)) continue;
      for (const value of values) {
        if (role === 'asset' && !this.charts.isAsset(value)) this.refuse(formatName(address), `'${path}' must be an asset of the stack`);
        if (role === 'project' && !this.projects.includes(value) && !isPublicImage(type, value))
          this.refuse(formatName(address), `must be in a project of the base branch, got ${quote(value)}`);
        if (role === 'link') this.refuse(formatName(address), `'${path}' must not be set: name the project and the name instead`);
        if (role === 'local' && value !== false && value !== '')
          this.refuse(formatName(address), `'${path}' must not be set: it runs a program, reads a file, or sends a credential`);
      }
    }
    if (type === 'helm_release') {
      const problem = this.charts.findProblem(resource);
      if (problem !== undefined) this.refuse(formatName(address), problem);
      for (const argument of Object.keys(body)) {
        if (!RELEASE_ARGUMENTS.has(argument) && body[argument] !== null && !Object.hasOwn(argumentRoles(type), argument))
          this.refuse(formatName(address), `${quote(argument)} is not allowed: it is not a reviewed argument of a release`);
      }
    }
    const foreign = type.startsWith('google_') ? this.projects.findForeignLink(body) : undefined;
    if (foreign !== undefined)
      this.refuse(formatName(address), `must name resources in projects of the base branch only, got ${quote(foreign)}`);
    const [, name] = /^(?:data\.)?[^.]+\.(.+)$/.exec(address)!;
    this.verifyTexts(body, [kind, type, name!]);
  }

  /**
   * Verifies that assets which a block of the base branch runs or evaluates are as in the base branch: a program of a provider, a template
   * file, a chart with programs or dependencies.
   */
  private verifyUsedAssets(): void {
    if (!this.changesAssets) return;
    const rule = 'names assets of the stack that planning may run or evaluate: they must be as in the base branch, and the assets change';
    const usesAsset = (value: unknown): boolean => [value, ...this.head.referredBy(value)].some(namesAsset);
    for (const name of ['terraform', 'provider'] as const) if (usesAsset(this.head.json[name])) this.refuse(name, rule);
    for (const resource of this.head.resources.values()) {
      if (!this.isReviewed(resource) && usesAsset(resource.body)) this.refuse(formatName(resource.address), rule);
    }
    for (const name of ['output', 'locals'] as const)
      if (namesAsset(this.head.json[name]) && this.hasTextProblem(this.head.json[name], [name])) this.refuse(name, rule);
  }

  /** Tests that a resource would pass without the base branch: its assets are only stored, or charts that are not rendered. */
  private isReviewed({ kind, type, body }: StackResource): boolean {
    if (kind === 'data' || !PLANNABLE_TYPES.has(type)) return false;
    const usesLocal = Object.entries(argumentRoles(type)).some(
      ([path, role]) => role === 'local' && argumentValues(body, path.split('.')).some((value) => value !== false && value !== ''),
    );
    return !usesLocal && !this.hasTextProblem(body, [kind, type, 'name']);
  }

  private hasTextProblem(value: unknown, path: readonly (string | number)[]): boolean {
    let hasProblem = false;
    verifyTexts(value, path, { stack: this.head, iterators: [] }, () => {
      hasProblem = true;
    });
    return hasProblem;
  }

  private verifyType({ kind, type, address }: StackResource): void {
    const [provider] = type.split('_');
    const known = this.providerNames();
    if (kind === 'data') {
      if (!PLANNABLE_DATA_SOURCES.has(type) && !(this.allowedTypes.has(type) && known.includes(provider!)))
        this.refuse(formatName(address), 'must be an allowed data source, or as in the base branch');
      return;
    }
    if (!known.includes(provider!) && type !== 'terraform_data')
      this.refuse(formatName(address), `must be of a provider of the base branch (${known.join(', ')})`);
    else if (!PLANNABLE_TYPES.has(type) && !this.allowedTypes.has(type))
      this.refuse(formatName(address), 'must be of a type that may be planned, or as in the base branch; --allow-type allows more types');
  }

  /** Verifies a `provider` argument: a configuration of the base branch, of the provider of the type. */
  private verifyProvider(type: string, place: string, provider: unknown): void {
    if (provider === undefined) return;
    const [name = '', alias = ''] = typeof provider === 'string' ? provider.split('.') : [];
    const [prefix] = type.split('_');
    if ((name !== prefix && name !== `${prefix}-beta`) || !this.base.providerConfigurations(name).has(alias))
      this.refuse(place, `must name a provider of the base branch that has the type, got ${quote(provider)}`);
  }

  private providerNames(): readonly string[] {
    return [...new Set(blocks(this.base.json.terraform, 'required_providers').flatMap((names) => Object.keys(names)))];
  }

  private isArgumentOfBase({ address, body }: StackResource, path: string, values: readonly unknown[]): boolean {
    const known = this.base.resources.get(address);
    if (known === undefined || !isDeepStrictEqual(values, argumentValues(known.body, path.split('.')))) return false;
    // Values of several blocks depend on what repeats them.
    return (
      body.dynamic === undefined && (this.comparison.hasSameReferences(values) || this.comparison.isRepeatedAlike(body, known.body, values))
    );
  }

  /** Verifies the blocks that change which object in the state or in the cloud an address is. */
  private verifyStateBlocks(pinned: ReadonlySet<string>): void {
    const members = { moved: ['from', 'to'], removed: ['from', 'lifecycle'], import: ['to', 'id', 'provider', 'for_each'] } as const;
    for (const name of ['moved', 'removed', 'import'] as const) {
      const known = this.base.listed(name);
      for (const [index, block] of this.head.listed(name).entries()) {
        if (known.some((each) => this.comparison.isSame(block, each))) continue;
        const place = `${name}[${index}]`;
        verifyMembers(block, members[name], `${place}:`, this.refuse);
        for (const address of [block.from, block.to].filter((each) => each !== undefined)) {
          const resource = typeof address === 'string' ? address.replace(/\[.*$/s, '') : '';
          if (pinned.has(resource))
            this.refuse(`${name} of ${formatName(resource)}`, 'is not allowed: provider blocks of the base branch refer to it');
        }
        if (name === 'import') this.verifyImport(block);
        this.verifyTexts(block, [name, index]);
      }
    }
  }

  private verifyImport(block: Block): void {
    const to = typeof block.to === 'string' ? block.to : '';
    const [type = ''] = to.split('.');
    const place = `import of ${typeof block.to === 'string' ? formatName(to) : quote(block.to)}`;
    if (/^(google_secret_manager_secret_version|google_service_account_key|kubernetes_secret)/.test(type) || SECRET_TYPES.has(type))
      this.refuse(place, 'must not put a secret into the plan');
    else if (!PLANNABLE_TYPES.has(type) && !this.allowedTypes.has(type))
      this.refuse(place, 'must be of a type that may be planned; --allow-type allows more types');
    this.verifyProvider(type, place, block.provider);
    const problem = findImportProblem(block, type, this.projects);
    if (problem !== undefined) this.refuse(place, problem);
  }

  /** Verifies the texts of outputs, locals, variables and comments that are not as in the base branch. */
  private verifyOthers(): void {
    const { json } = this.head;
    if (!this.comparison.isSame(json['//'], this.base.json['//'])) this.verifyTexts(json['//'], ['//']);
    for (const block of ['output', 'locals', 'variable'] as const) {
      for (const [name, value] of Object.entries(isBlock(json[block]) ? json[block] : {})) {
        const known = own(this.base.json[block], name);
        if (this.comparison.isSame(value, known)) continue;
        if (block === 'variable')
          this.refuse(
            `variable.${name}`,
            'must be as in the base branch: the environment of the job could set it, and its value may be secret',
          );
        const foreign = block === 'locals' ? this.projects.findForeignLink(value) : undefined;
        if (foreign !== undefined)
          this.refuse(formatName(`local.${name}`), `must name resources in projects of the base branch only, got ${quote(foreign)}`);
        this.verifyTexts(value, [block, name]);
      }
    }
  }

  private verifyTexts(value: unknown, path: readonly (string | number)[]): void {
    verifyTexts(value, path, { stack: this.head, iterators: [] }, this.refuse);
  }

  private readonly refuse = (place: string, rule: string): void => {
    this.found.push(`${this.name}: ${place} ${rule}`);
  };
}

/** Values of an argument in all blocks at a path, those of `dynamic` blocks included. An expression in place of a block is its value. */
function argumentValues(body: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (name === undefined || !isBlock(body)) return [body];
  const generated = toList(body.dynamic).flatMap((labelled) => toList(own(labelled, name)).flatMap((each) => toList(own(each, 'content'))));
  const configured = own(body, name);
  if (rest.length === 0) return configured === undefined || configured === null ? generated : [configured, ...generated];
  return [...toList(configured), ...generated].flatMap((each) => argumentValues(each, rest));
}

/** Tests for a text that may name an asset, in any form of its path. */
function namesAsset(value: unknown): boolean {
  return textsIn(value).some((text) => text.includes('assets') || /path\.|\.\.?\//.test(text));
}

function isPublicImage(type: string, project: unknown): boolean {
  return type === 'google_compute_image' && typeof project === 'string' && PUBLIC_IMAGE_PROJECTS.includes(project);
}
