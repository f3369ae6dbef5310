import { existsSync } from 'node:fs';
import { Bindings } from '../../../lib/sandbox/bindings';
import { CloudResource, type ProviderSettings } from '../../../lib/sandbox/cloud-resource';
import { Operations } from '../../../lib/sandbox/operations';
import { planChange } from '../../../lib/sandbox/planning';
import { ResourceType } from '../../../lib/sandbox/resource-type';
import type { BlockSchema } from '../../../lib/sandbox/schema';
import { SimulatedCloud } from '../../../lib/sandbox/simulated-cloud';
import { TYPE_DESCRIPTIONS } from '../../../lib/sandbox/types';
import { isValues, type Value, type Values } from '../../../lib/sandbox/values';

const bindings = new Bindings();
const types = new Map<string, ResourceType>();

/** A simulated cloud that is used without Terraform: for tests of what types are described to do. */
export class TypeBench {
  public readonly cloud: SimulatedCloud;
  private readonly operations: Operations;

  /** @param enabledApis APIs that projects have */
  constructor(enabledApis: readonly string[] | 'all' = 'all') {
    this.cloud = new SimulatedCloud(undefined, { enabledApis, projectNumbers: { parking: '123456789012' } }, () => {}, existing);
    this.operations = new Operations(this.cloud, () => TYPE_DESCRIPTIONS);
  }

  /** Makes the checks that are made while planning a creation. */
  public checkPlan(type: string, config: Values, provider: ProviderSettings = {}): void {
    this.plan(type, config, undefined, provider);
  }

  public create(type: string, config: Values, provider: ProviderSettings = {}): CloudResource {
    const { planned } = this.plan(type, config, undefined, provider);
    return this.waitedFor(this.operations.create(typeNamed(type), planned, { ...PROVIDER, ...provider }));
  }

  /** Changes a resource in place. */
  public update(resource: CloudResource, config: Values): CloudResource {
    const { planned } = this.plan(resource.type, config, resource.values, resource.provider);
    return this.waitedFor(
      this.operations.update(typeNamed(resource.type), resource.identity, resource.values, planned, resource.provider),
      resource.values,
    );
  }

  /** Paths of what would force a replacement. */
  public replacedBy(resource: CloudResource, config: Values): string[] {
    const { requiresReplace } = this.plan(resource.type, config, resource.values, resource.provider);
    return requiresReplace.map((steps) => steps.flatMap(({ attributeName }) => (attributeName ? [attributeName] : [])).join('.'));
  }

  /** Resource after a refresh. */
  public read(resource: CloudResource): CloudResource | undefined {
    return this.operations.read(typeNamed(resource.type), resource.identity, resource.values);
  }

  public delete(resource: CloudResource): void {
    const now = this.cloud.get(resource.type, resource.identity) ?? resource;
    this.operations.delete(typeNamed(resource.type), resource.identity, now.values, resource.provider);
  }

  public import(type: string, id: string): CloudResource {
    return this.operations.import(typeNamed(type), id);
  }

  private waitedFor(resource: CloudResource, prior?: Values): CloudResource {
    this.operations.wait(typeNamed(resource.type), resource, prior);
    return resource;
  }

  private plan(type: string, config: Values, prior: Values | undefined, provider: ProviderSettings) {
    const settings = { ...PROVIDER, ...provider };
    const { schema } = typeNamed(type);
    const configuration = completed(config, schema);
    const change = planChange(typeNamed(type), configuration, prior, settings, this.cloud);
    const resource = new CloudResource(type, '', change.planned, settings);
    for (const rule of typeNamed(type).description?.rules?.plan ?? []) rule({ resource, configuration, cloud: this.cloud });
    return change;
  }
}

const PROVIDER: ProviderSettings = { project: 'parking', region: 'europe-west1', host: 'https://cluster.example' };

const existing = (path: string) => (existsSync(path) ? path : undefined);

/** A configuration as Terraform sends it: with every block there could be. */
function completed(config: Values, schema: BlockSchema): Values {
  const blocks = Object.entries(schema.blocks).map(([name, { nesting, block }]): [string, Value] => {
    // Terraform takes one block in place of a list of one.
    const given = (nesting === 'list' || nesting === 'set') && isValues(config[name]) ? [config[name]] : config[name];
    if (Array.isArray(given)) return [name, given.map((item) => (isValues(item) ? completed(item, block) : item))];
    if (isValues(given)) return [name, completed(given, block)];
    return [name, nesting === 'list' || nesting === 'set' ? [] : null];
  });
  return { ...config, ...Object.fromEntries(blocks) };
}

function typeNamed(name: string): ResourceType {
  if (!types.has(name)) {
    const description = TYPE_DESCRIPTIONS.find(({ type }) => type === name);
    types.set(name, new ResourceType(name, bindings.resource(name)!, description));
  }
  return types.get(name)!;
}
