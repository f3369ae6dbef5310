import { createHash } from 'node:crypto';
import { RULES } from '../guard/rules';
import { POLICY_RULES } from '../policy/reading';
import type { Report } from './report';

/** Finding of the guard or the policy, as a SARIF result. */
interface Result {
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly address: string;
  readonly construct?: string;

  /** Reason of its acknowledgement or waiver. */
  readonly justification?: string;
}

/**
 * Renders the findings of the guard and the policy as SARIF 2.1.0.
 *
 * @param synthesized path of the `cdk.tf.json`, as the location of every finding, since constructs have no stable line
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarif(report: Report, { version, synthesized }: { readonly version: string; readonly synthesized: string }): unknown {
  const found = guardResults(report);
  const known = new Set(found.map(keyOf));
  // A finding of both is reported once, as that of the guard, which is based on the plan.
  const results = [...found, ...policyResults(report).filter((result) => !known.has(keyOf(result)))];
  const used = new Set(results.map(({ ruleId }) => ruleId));
  const rules = [
    ...RULES.map(({ id, title }) => ({ id, shortDescription: { text: title } })),
    ...POLICY_RULES.map(({ id, title, why, remediation, sources }) => ({
      id,
      shortDescription: { text: title },
      fullDescription: { text: why },
      help: { text: remediation },
      properties: { tags: [...sources] },
    })),
  ].filter(({ id }) => used.has(id));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'gke-platform', version, informationUri: 'https://www.npmjs.com/package/cdktf-gke-platform', rules } },
        automationDetails: { id: `gke-platform/${report.stack}` },
        results: results.map(({ ruleId, level, text, address, construct, justification }) => ({
          ruleId,
          ruleIndex: rules.findIndex(({ id }) => id === ruleId),
          level,
          message: { text },
          locations: [
            {
              physicalLocation: { artifactLocation: { uri: synthesized }, region: { startLine: 1 } },
              logicalLocations: [{ fullyQualifiedName: construct ?? address, name: address, kind: 'resource' }],
            },
          ],
          partialFingerprints: { 'ruleAndAddress/v1': createHash('sha256').update(keyOf({ ruleId, address })).digest('hex') },
          ...(justification === undefined ? {} : { suppressions: [{ kind: 'external', status: 'accepted', justification }] }),
        })),
      },
    ],
  };
}

function keyOf({ ruleId, address }: Pick<Result, 'ruleId' | 'address'>): string {
  return `${ruleId} ${address}`;
}

function guardResults({ verdicts }: Report): Result[] {
  return verdicts.map(({ rule, severity, address, constructPath, reason, impact, remediation, acknowledged }) => ({
    ruleId: rule,
    level: severity === 'refuse' ? 'error' : 'warning',
    text: [`${address}: ${reason}.`, ...(impact === '' ? [] : [`Lost: ${impact}.`]), `Instead: ${remediation}.`].join(' '),
    address,
    ...(constructPath === undefined ? {} : { construct: constructPath }),
    ...(acknowledged === undefined ? {} : { justification: acknowledged }),
  }));
}

function policyResults({ policy }: Report): Result[] {
  return (policy?.findings ?? []).map(({ rule, severity, address, constructPath, problem, why, remediation, waivedBy }) => ({
    ruleId: rule,
    level: severity,
    text: `${problem}; ${why}. Instead: ${remediation}.`,
    address,
    ...(constructPath === undefined ? {} : { construct: constructPath }),
    ...(waivedBy === undefined ? {} : { justification: `${waivedBy.reason} (${waivedBy.owner})` }),
  }));
}
