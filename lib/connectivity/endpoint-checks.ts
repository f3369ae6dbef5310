import { Token } from 'cdktf';
import { Cidr } from '../core/cidr';
import { requireKubernetesLabels } from '../core/labels';
import { requireMatch } from '../core/require';
import { requireNoTemplate } from '../core/template-text';
import type { Endpoint } from './endpoint';
import type { Participant } from './participant';

const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const EMAIL = /^[^@\s"\\]+@[^@\s"\\]+$/;

/**
 * Validates the texts of an endpoint, which can be that of a construct outside of this library.
 *
 * @throws ValidationError for names, labels and addresses that no rule can have
 */
export function requireEndpoint({ construct, name }: Participant, endpoint: Endpoint): void {
  requireNoTemplate(construct, 'name', name, 'a name');
  const requireRange = (prop: string, range: string): void => {
    if (Token.isUnresolved(range)) requireNoTemplate(construct, prop, range, 'a range');
    else Cidr.parse(construct, prop, range);
  };
  switch (endpoint.kind) {
    case 'pods':
      requireMatch(construct, 'namespaceName', endpoint.namespaceName, NAMESPACE, 'the name of a namespace');
      requireMatch(
        construct,
        'namespaceReference',
        endpoint.namespaceReference ?? endpoint.namespaceName,
        NAMESPACE,
        'the name of a namespace',
      );
      requireMatch(construct, 'nodeTag', endpoint.nodeTag, NAMESPACE, 'a network tag');
      requireKubernetesLabels(construct, 'labels', endpoint.labels);
      return;
    case 'instances':
      for (const email of listEmails(endpoint.serviceAccountEmail)) {
        requireMatch(construct, 'serviceAccountEmail', email, EMAIL, 'the email address of a service account');
      }
      for (const [key, address] of Object.entries(endpoint.addresses)) requireRange(`addresses.${key}`, `${address}/32`);
      return;
    case 'ranges':
      for (const range of [...endpoint.ranges, ...(endpoint.except ?? [])]) requireRange('ranges', range);
  }
}

/** Emails to check; an empty list has an empty one, since rules without accounts would match every VM. */
function listEmails(emails: string | readonly string[]): readonly string[] {
  if (!Array.isArray(emails)) return [emails as string];
  return emails.length === 0 ? [''] : emails;
}
