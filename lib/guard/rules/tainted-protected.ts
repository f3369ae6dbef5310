import { TerraformDocument } from '../../terraform/document';
import { stripInstanceKeys } from '../../terraform/plan';
import { valueAt } from '../../terraform/values';
import { findDataLoss } from '../destruction';
import type { Rule } from '../rule';
import { isProtected } from './prevent-destroy-lost';

/** Tainted resources that are protected or hold data. */
export const taintedProtected: Rule = {
  id: 'tainted-protected',
  severities: ['refuse'],
  title: 'The apply would fail: a protected resource is tainted',
  why: 'a failed creation leaves a taint, and the next plan replaces the resource although it is protected',
  remediation: 'inspect the resource, and run terraform untaint if it is healthy',
  check: (subject) =>
    subject.resources
      .filter(
        (change) =>
          change.reason === 'replace_because_tainted' &&
          (findDataLoss(change) !== undefined ||
            valueAt(change.before, 'deletion_protection') === true ||
            isProtectedIn(subject.synthesized, change)),
      )
      .map((change) => ({
        severity: 'refuse',
        address: change.address,
        action: change.action,
        reason: 'it is tainted: its creation, or a step after it, failed, and Terraform replaces it even if it is healthy',
        impact: findDataLoss(change)?.impact ?? '',
        recovery: findDataLoss(change)?.recovery ?? '',
        remediation: `inspect it, and run terraform untaint '${change.address}' if it is healthy`,
      })),
};

function isProtectedIn(synthesized: unknown, { address }: { address: string }): boolean {
  if (synthesized === undefined) return false;
  const resource = TerraformDocument.read(synthesized).find(stripInstanceKeys(address));
  return resource !== undefined && isProtected(resource);
}
