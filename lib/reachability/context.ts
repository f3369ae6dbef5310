import type { TerraformDocument } from '../terraform/document';
import type { Clusters } from './cluster';
import type { HiddenPolicies } from './hidden-policies';
import type { Namespaces } from './namespaces';
import type { NetworkConnections } from './network-connections';
import type { NetworkPolicy } from './network-policy';
import type { References } from './references';

/** Stack as the readers of its resources share it. */
export interface StackContext {
  readonly document: TerraformDocument;
  readonly references: References;
  readonly clusters: Clusters;
  readonly namespaces: Namespaces;
  readonly connections: NetworkConnections;
  readonly policies: readonly NetworkPolicy[];
  readonly hiddenPolicies: HiddenPolicies;

  /** Limits of the analysis that apply to the stack. */
  readonly notes: string[];
}
