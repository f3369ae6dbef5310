import type { Resource } from '../terraform/document';
import { readNote } from '../terraform/notes';
import { isKnown, References as TerraformReferences } from '../terraform/references';
import { booleanAt, known, listAt, numberAt, type Reading, textAt, toList, Undetermined, valueAt } from '../terraform/values';
import { AddressSet, type Location, parseLocation } from './addresses';

/** Placeholder for a project that the provider takes from its environment. */
const PROJECT_OF_PROVIDER = ['$', '{provider.google.project}'].join('');

/** Computed attributes that follow from arguments. */
const COMPUTED: Readonly<Record<string, (references: References, resource: Resource) => Readonly<Record<string, string>>>> = {
  google_service_account: (references, { values }) => {
    const email = `${references.textAt(values, 'account_id')}@${references.readProject(values)}.iam.gserviceaccount.com`;
    return { email, member: `serviceAccount:${email}` };
  },
  google_compute_network: (references, { values }) => {
    const id = `projects/${references.readProject(values)}/global/networks/${references.textAt(values, 'name')}`;
    return { id, self_link: id };
  },
  google_compute_subnetwork: (references, { values }) => {
    const [region, name] = [references.textAt(values, 'region'), references.textAt(values, 'name')];
    const id = `projects/${references.readProject(values)}/regions/${region}/subnetworks/${name}`;
    return { id, self_link: id };
  },
};

/** References between resources of Google Cloud, with computed attributes that follow from arguments. */
export class References extends TerraformReferences {
  /** Text at a path of a resource's values. */
  public textAt(values: unknown, ...path: string[]): string {
    return this.text(valueAt(values, ...path));
  }

  /** Texts of a list of a resource's values. */
  public textsAt(values: unknown, ...path: string[]): string[] {
    return listAt(values, ...path).map((value) => this.text(value));
  }

  /** Boolean at a path of a resource's values. */
  public booleanAt(values: unknown, ...path: string[]): Reading<boolean> {
    const text = this.textAt(values, ...path);
    return isKnown(text) ? booleanAt(text) : new Undetermined(text);
  }

  /** Number at a path of a resource's values. */
  public numberAt(values: unknown, ...path: string[]): Reading<number> {
    const text = this.textAt(values, ...path);
    return isKnown(text) ? numberAt(text) : new Undetermined(text);
  }

  /** Namespace of a Kubernetes resource. */
  public readNamespace(values: unknown): string {
    return this.text(valueAt(values, 'metadata', 'namespace') ?? 'default');
  }

  /** Project of a resource: its own, or the provider's. */
  public readProject(values: unknown): string {
    const own = valueAt(values, 'project');
    return own === undefined ? this.readProviderProject(textAt(values, 'provider')) : this.text(own);
  }

  /** Project of a provider such as `google.ALIAS`; that of the beta provider is by default the same. */
  private readProviderProject(provider: Reading<string>): string {
    const [type = '', alias] = (known(provider) ?? 'google').split('.');
    const { providers } = this.document;
    const configured = toList(providers[type] ?? providers.google);
    const settings = configured.find((each) => known(textAt(each, 'alias')) === alias) ?? (alias === undefined ? configured[0] : undefined);
    return this.textAt(settings, 'project') || (alias === undefined ? PROJECT_OF_PROVIDER : `\${provider.${type}.${alias}.project}`);
  }

  /** Network as `projects/P/global/networks/NAME`, from any of its spellings. */
  public network(value: unknown, user: unknown): string {
    const text = selfLink(this.text(value));
    return text === '' || text.includes('/') || !isKnown(text) ? text : `projects/${this.readProject(user)}/global/networks/${text}`;
  }

  /** Subnet as `projects/P/regions/R/subnetworks/NAME`; its name, when it is neither an id nor in the stack. */
  public subnetwork(value: unknown): string {
    const subnet = this.findSubnetwork(value);
    return subnet ? this.readId(subnet) : selfLink(this.text(value));
  }

  /** Region of a subnet, from its id or from a zone or region in it; empty when it is not known. */
  public regionOf(subnetwork: string, location: string): string {
    const [, region] = /\/regions\/([^/]+)\//.exec(subnetwork) ?? [];
    if (region !== undefined) return region;
    // A zone is a region and a letter.
    return isKnown(location) && location.includes('-') ? location.replace(/-[a-z]$/, '') : '';
  }

  /** Location of a range or an address. An address that Google assigns is in the range of its subnet. */
  public location(value: unknown): Location {
    const text = this.text(value);
    const [, address] = /^\$\{(google_compute_address\.[A-Za-z0-9_-]+)\.address\}(\/32)?$/.exec(text) ?? [];
    if (address === undefined) return parseLocation(text);
    const reserved = this.document.find(address);
    return parseLocation(text, this.rangeOf(valueAt(reserved?.values, 'subnetwork'), reserved));
  }

  /** Subnet of the stack by its name or id. */
  public findSubnetwork(value: unknown): Resource | undefined {
    const wanted = selfLink(this.text(value));
    if (wanted === '') return undefined;
    const subnets = this.document.ofType('google_compute_subnetwork');
    const named = subnets.filter((subnet) => this.textAt(subnet.values, 'name') === wanted);
    // A name that subnets of several regions have is not known to be one of them.
    return subnets.find((subnet) => this.readId(subnet) === wanted) ?? (named.length === 1 ? named[0] : undefined);
  }

  /** Primary range of a subnet, also from the note of a resource in it; all addresses when it is not known. */
  public rangeOf(subnetwork: unknown, user: Resource | undefined): AddressSet {
    const range = valueAt(this.findSubnetwork(subnetwork)?.values, 'ip_cidr_range') ?? readNote(user, 'subnet')?.range;
    return AddressSet.parse(this.text(range)) ?? AddressSet.all;
  }

  private readId({ address }: Resource): string {
    return this.text(`\${${address}.id}`);
  }

  protected override computed(resource: Resource): Readonly<Record<string, string>> | undefined {
    return COMPUTED[resource.type]?.(this, resource);
  }
}

function selfLink(text: string): string {
  return text.replace(/^https:\/\/(www|compute)\.googleapis\.com\/compute\/v1\//, '');
}
