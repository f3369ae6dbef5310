import { isKnown } from '../terraform/references';
import { type Answer, any } from './answer';

/** Identity of a VM, as firewall rules and routes match it. */
export interface VmIdentity {
  readonly tags: readonly string[];

  /** Email of its service account; `default` for that of Compute Engine, and empty without one, which matches no rule. */
  readonly serviceAccount: string;

  /** True for nodes, to which GKE adds network tags. */
  readonly isNode?: true;

  /** Has an external IP address of its own. */
  readonly external: Answer;

  /** Subnet of its first network interface, as the subnets of a NAT are named. */
  readonly subnetwork: string;

  /** Region of the subnet; empty when it is not known. */
  readonly region: string;
}

/** Service account of Compute Engine, whose email has the number of the project. */
export const DEFAULT_ACCOUNT = 'default';

/** Tests that a VM has a network tag. GKE adds tags to nodes whose names are not known in advance. */
export function hasTag({ tags, isNode }: VmIdentity, tag: string): Answer {
  return any([...tags.map((own) => compareTexts(tag, own)), isNode && tag.startsWith('gke-') ? 'unknown' : 'no']);
}

/** Tests that a VM has a service account. */
export function hasAccount({ serviceAccount }: VmIdentity, account: string): Answer {
  if (serviceAccount !== DEFAULT_ACCOUNT) return compareTexts(account, serviceAccount);
  return !isKnown(account) || account.endsWith('-compute@developer.gserviceaccount.com') ? 'unknown' : 'no';
}

function compareTexts(a: string, b: string): Answer {
  if (a === '' || b === '') return 'no';
  if (a === b) return 'yes';
  return isKnown(a) && isKnown(b) ? 'no' : 'unknown';
}
