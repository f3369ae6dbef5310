import type { Resource } from '../terraform/document';
import { type Block, isUndetermined, Undetermined, valueAt } from '../terraform/values';
import type { StackContext } from './context';

/** Resource that creates VMs, with their arguments. */
export interface VmSource {
  readonly resource: Resource;

  /** Arguments of its VMs: those of the resource, and otherwise those of its template. */
  readonly values: Block;

  /** True for a resource that may create several VMs: a managed instance group, or a template. */
  readonly isGroup: boolean;

  /** Suffix of the name of a further version of a group. */
  readonly suffix?: string;
}

const TEMPLATES = ['google_compute_instance_template', 'google_compute_region_instance_template'];
const GROUPS = ['google_compute_instance_group_manager', 'google_compute_region_instance_group_manager'];

/** Arguments of a VM that decide what it reaches. */
const ARGUMENTS = ['network_interface', 'tags', 'service_account'];

/**
 * Lists the resources of a stack that create VMs. Several versions of a group are several sources. A template that no
 * resource of the stack uses may have VMs of other stacks.
 */
export function listVmSources(context: StackContext): VmSource[] {
  const { document } = context;
  const used = new Set<Resource>();
  const from = (resource: Resource, own: Block, reference: unknown, isGroup: boolean): VmSource => {
    const template = findTemplate(context, reference);
    if (template) used.add(template);
    return { resource, isGroup, values: { ...readTemplate(template, resource), ...selectGiven(own) } };
  };
  const instances = document.ofType('google_compute_instance').map((resource) => ({ resource, values: resource.values, isGroup: false }));
  const copies = document
    .ofType('google_compute_instance_from_template', 'google_compute_instance_from_machine_image')
    .map((resource) => from(resource, resource.values, valueAt(resource.values, 'source_instance_template'), false));
  const groups = document.ofType(...GROUPS).flatMap((resource) => {
    const { name, zone } = resource.values;
    const versions = [valueAt(resource.values, 'version')].flat();
    return versions.map((version, index) => ({
      ...from(resource, { name, zone }, isUndetermined(version) ? version : valueAt(version, 'instance_template'), true),
      suffix: index === 0 ? undefined : ` (version ${index + 1})`,
    }));
  });
  const templates = document.ofType(...TEMPLATES).filter((template) => !used.has(template));
  return [...instances, ...copies, ...groups, ...templates.map((resource) => ({ resource, values: resource.values, isGroup: true }))];
}

/** Template of the stack by a reference to it, or by its name. */
function findTemplate({ document, references }: StackContext, reference: unknown): Resource | undefined {
  const text = references.text(reference);
  return document
    .ofType(...TEMPLATES)
    .find(({ address, values }) => text.includes(`${address}.`) || (text !== '' && text === references.textAt(values, 'name')));
}

/** Arguments of a template; undetermined when it is not in the stack. */
function readTemplate(template: Resource | undefined, user: Resource): Block {
  const unknown = new Undetermined(`template of ${user.address}`);
  return Object.fromEntries(ARGUMENTS.map((argument) => [argument, template ? template.values[argument] : unknown]));
}

/** Arguments with a value. In a plan, an absent block is an empty list. */
function selectGiven(values: Block): Block {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)),
  );
}
