import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { Undetermined } from '../terraform/values';
import { type Answer, not, toAnswer } from './answer';
import { formatReason } from './labels';
import type { References } from './references';

/** Translation of pod addresses to those of their nodes. See https://cloud.google.com/kubernetes-engine/docs/how-to/ip-masquerade-agent */
export interface Masquerade {
  /** Pods call private ranges with the address of their node. */
  readonly inside: Answer;

  /** Pods call external addresses with the address of their node. */
  readonly outside: Answer;

  /** Reason why it is not known. */
  readonly reason: string;
}

/** Default of GKE: pods keep their address in private ranges only. */
export const GKE_MASQUERADE: Masquerade = { inside: 'no', outside: 'yes', reason: '' };

const AGENT = 'ip-masq-agent';

/** Reads the translation of a cluster. The configuration of ip-masq-agent is not evaluated. */
export function readMasquerade({ address, values }: Resource, document: TerraformDocument, references: References): Masquerade {
  const agent = findAgent(document, references);
  if (agent)
    return {
      inside: 'unknown',
      outside: 'unknown',
      reason: `${agent.address} may change the addresses that pods call with: it is not evaluated`,
    };
  const path = ['default_snat_status', 'disabled'];
  const disabled = toAnswer(references.booleanAt(values, ...path));
  const unknown = references.textAt(values, ...path);
  return {
    inside: 'no',
    outside: not(disabled),
    reason: isKnown(unknown) ? '' : formatReason(address, path, new Undetermined(unknown)),
  };
}

/** Configuration of ip-masq-agent, or a resource that may be it. */
function findAgent(document: TerraformDocument, references: References): Resource | undefined {
  const mayBeNamed = (name: string) => name === AGENT || !isKnown(name);
  const configMap = document
    .ofType('kubernetes_config_map_v1', 'kubernetes_config_map', 'kubernetes_config_map_v1_data')
    .find(({ values }) => mayBeNamed(references.textAt(values, 'metadata', 'name')));
  return (
    configMap ??
    document.ofType('kubernetes_manifest').find(({ values }) => {
      const kind = references.textAt(values, 'manifest', 'kind');
      if (kind !== 'ConfigMap') return kind === 'EgressNATPolicy' || kind === '' || !isKnown(kind);
      return mayBeNamed(references.textAt(values, 'manifest', 'metadata', 'name'));
    }) ??
    document.ofType('kubectl_manifest').find(({ values }) => {
      const yaml = references.textAt(values, 'yaml_body');
      return !isKnown(yaml) || yaml.includes(AGENT) || yaml.includes('EgressNATPolicy');
    })
  );
}
