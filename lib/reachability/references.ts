import type { Resource } from '../terraform/document';
import { noteOf } from '../terraform/notes';
import { isKnown, References as TerraformReferences } from '../terraform/references';
import { type Block, isBlock } from '../terraform/values';
import { AddressSet, type Location, locationOf } from './addresses';

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

/** References between resources of Google Cloud, with the values that Google makes from arguments. */
export class References extends TerraformReferences {
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

  protected override computed(resource: Resource): Readonly<Record<string, string>> | undefined {
    return COMPUTED[resource.type]?.(this, resource);
  }
}

function selfLink(text: string): string {
  return text.replace(/^https:\/\/(www|compute)\.googleapis\.com\/compute\/v1\//, '');
}
