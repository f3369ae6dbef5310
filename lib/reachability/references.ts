import type { Resource, TerraformDocument } from '../terraform/document';
import { noteOf } from '../terraform/notes';
import { type Block, isBlock } from '../terraform/values';
import { AddressSet, type Location, locationOf } from './addresses';

const REFERENCE = /\$\{([^{}]+)\}/g;
const ATTRIBUTE = /^([a-z][a-z0-9_]*)\.([A-Za-z0-9_-]+)\.(.+)$/;

/** References to references are followed this deep; a longer chain is a circle. */
const MAX_DEPTH = 10;

/** Stands for a project that the provider takes from its environment. */
const PROJECT_OF_PROVIDER = ['$', '{provider.google.project}'].join('');

/** Values that Google makes from what is in the JSON already. */
const COMPUTED: Readonly<Record<string, (values: References, resource: Resource) => Readonly<Record<string, string>>>> = {
  google_service_account: (values, { body }) => {
    const email = `${values.text(body.account_id)}@${values.projectOf(body)}.iam.gserviceaccount.com`;
    return { email, member: `serviceAccount:${email}` };
  },
  google_compute_network: (values, { body }) => {
    const id = `projects/${values.projectOf(body)}/global/networks/${values.text(body.name)}`;
    return { id, self_link: id };
  },
  google_compute_subnetwork: (values, { body }) => {
    const id = `projects/${values.projectOf(body)}/regions/${values.text(body.region)}/subnetworks/${values.text(body.name)}`;
    return { id, self_link: id };
  },
};

/**
 * The values that references resolve to.
 *
 * What is only known once something is deployed stays a reference: two of the same text are the same unknown value.
 */
export class References {
  constructor(private readonly document: TerraformDocument) {}

  /** The text with every reference that can be resolved; `isKnown` tells whether all of them could. */
  public text(value: unknown, depth = 0): string {
    if (typeof value !== 'string') return value === undefined || value === null ? '' : String(value);
    if (!value.includes('${') || depth > MAX_DEPTH) return value;
    return value.replace(REFERENCE, (reference, expression: string) => this.attribute(expression.trim(), depth) ?? reference);
  }

  /** Project of a resource: its own, or the provider's. */
  public projectOf(body: Block): string {
    if (body.project !== undefined && body.project !== null) return this.text(body.project);
    const { google } = this.document.providers;
    const [provider] = Array.isArray(google) ? google : [google];
    return this.text(isBlock(provider) ? provider.project : undefined) || PROJECT_OF_PROVIDER;
  }

  /** A network as `projects/P/global/networks/NAME`, however it is written. */
  public network(value: unknown, body: Block): string {
    const text = selfLink(this.text(value));
    return text === '' || text.includes('/') || !isKnown(text) ? text : `projects/${this.projectOf(body)}/global/networks/${text}`;
  }

  /** A subnet as `projects/P/regions/R/subnetworks/NAME`, when it is written that way, otherwise its name. */
  public subnetwork(value: unknown): string {
    return selfLink(this.text(value));
  }

  /** A range or an address as written. One that Google will choose is among those of its subnet. */
  public location(value: unknown): Location {
    const text = this.text(value);
    const [, address] = /^\$\{(google_compute_address\.[A-Za-z0-9_-]+)\.address\}(\/32)?$/.exec(text) ?? [];
    if (address === undefined) return locationOf(text);
    const reserved = this.document.find(address);
    return locationOf(text, this.rangeOf(reserved?.body.subnetwork, reserved));
  }

  /** The subnet of a name or an id, when it is in the stack. */
  public findSubnetwork(value: unknown): Resource | undefined {
    const wanted = this.subnetwork(value);
    return this.document
      .ofType('google_compute_subnetwork')
      .find(({ address, body }) => this.text(`\${${address}.id}`) === wanted || this.text(body.name) === wanted);
  }

  /** Primary range of a subnet, also as what is in it wrote it down; all addresses when it is not known. */
  public rangeOf(subnetwork: unknown, user: Resource | undefined): AddressSet {
    const range = this.findSubnetwork(subnetwork)?.body.ip_cidr_range ?? noteOf(user, 'subnet')?.range;
    return AddressSet.parse(this.text(range)) ?? AddressSet.all;
  }

  private attribute(expression: string, depth: number): string | undefined {
    if (expression.startsWith('local.')) return this.known(this.document.locals[expression.slice('local.'.length)], depth);
    const [, type, name, path] = ATTRIBUTE.exec(expression) ?? [];
    const resource = this.document.find(`${type}.${name}`);
    if (!resource || type === undefined || path === undefined) return undefined;
    return this.known(at(resource.body, path), depth) ?? COMPUTED[type]?.(this, resource)[path];
  }

  private known(value: unknown, depth: number): string | undefined {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? this.text(String(value), depth + 1)
      : undefined;
  }
}

/** Whether a text has no reference left in it. */
export function isKnown(text: string): boolean {
  return !text.includes('${');
}

function selfLink(text: string): string {
  return text.replace(/^https:\/\/(www|compute)\.googleapis\.com\/compute\/v1\//, '');
}

/** `metadata[0].name` and the like. A block that is written alone is its own first element. */
function at(body: unknown, path: string): unknown {
  let current = body;
  for (const [, name, index, key] of path.matchAll(/([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\["([^"]*)"\]/g)) {
    if (index !== undefined) current = Array.isArray(current) ? current[Number(index)] : Number(index) === 0 ? current : undefined;
    else current = isBlock(current) ? current[(name ?? key)!] : undefined;
  }
  return current;
}
