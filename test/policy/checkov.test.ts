import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Testing } from 'cdktf';
import { environments } from '../../environments';
import { checkPolicy, POLICY_RULES } from '../../lib/policy/reading';
import { UNSUPPORTED_CHECKS } from '../../lib/policy/unsupported-checks';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { describeWithCheckov } from '../support/checkov';
import { written } from '../support/written';

interface Failed {
  readonly check_id: string;
  readonly resource: string;
}

describeWithCheckov('checkov', (checkov) => {
  test.each(environments)('every finding on $name is a finding of the policy too, or an unsupported check', ({ name, ...values }) => {
    const json = written(new EnvironmentStack(Testing.app(), name, values));
    const folder = mkdtempSync(path.join(tmpdir(), 'checkov-'));
    try {
      writeFileSync(path.join(folder, 'cdk.tf.json'), JSON.stringify(json));
      const args = ['--framework', 'terraform_json', '--file', 'cdk.tf.json', '--compact', '--output', 'json'];
      const { stdout } = spawnSync(checkov, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, LOG_LEVEL: 'ERROR' } });
      const { results, summary } = JSON.parse(stdout) as { results: { failed_checks: Failed[] }; summary: { passed: number } };
      // Checkov evaluated the configuration.
      expect(summary.passed).toBeGreaterThan(200);

      const { findings } = checkPolicy(json);
      const found = new Set(findings.flatMap(({ rule, address }) => sourcesOf(rule).map((source) => `${source} ${nameIn(address)}`)));
      const unexplained = results.failed_checks
        .map(({ check_id, resource }) => `${check_id} ${nameIn(resource)}`)
        .filter((each) => !found.has(each) && !(each.split(' ')[0]! in UNSUPPORTED_CHECKS));
      expect(unexplained).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Name of a resource: for Terraform's JSON, checkov reports the name without the type. */
function nameIn(address: string): string {
  return address.slice(address.lastIndexOf('.') + 1);
}

function sourcesOf(rule: string): readonly string[] {
  return POLICY_RULES.find(({ id }) => id === rule)!.sources;
}
