import { guard } from '../../lib/guard';
import { created, deleted, type HandMadeChange, kept, plan, replaced, updated } from './hand-made';

const BUCKET = 'google_storage_bucket.Logs';
const bucket = { name: 'logs', project: 'p', location: 'EU' };

const findings = (json: unknown): string[] =>
  guard(json).verdicts.map(({ rule, severity, address, reason }) => `${severity} ${rule} ${address}: ${reason}`);

const stop = { address: 'action.aws_ec2_stop_instance.db', type: 'aws_ec2_stop_instance', name: 'db', config_values: {} };

describe('parts of a plan', () => {
  test('an invoked action is a warning with its trigger', () => {
    const trigger = { triggering_resource_address: 'aws_instance.db', action_trigger_event: 'AfterUpdate' };
    const action_invocations = [
      { ...stop, invoke_action_trigger: {} },
      { ...stop, lifecycle_action_trigger: trigger },
    ];
    expect(findings(plan([], { action_invocations }))).toEqual([
      `warn unknown-plan ${stop.address}: the apply invokes this action, and the plan does not show its effect`,
      `warn unknown-plan ${stop.address}: the apply invokes this action, triggered by AfterUpdate of aws_instance.db, and the plan does not show its effect`,
    ]);
  });

  test('a deferred action is refused', () => {
    const deferred_action_invocations = [{ reason: 'deferred_prereq', action_invocation: stop }];
    expect(findings(plan([], { deferred_action_invocations }))).toEqual([
      `refuse unknown-plan ${stop.address}: Terraform deferred this action to a later plan (deferred_prereq)`,
    ]);
  });

  test('an unknown part is named, and an empty one is not', () => {
    expect(findings(plan([], { query_results: [{ address: 'list.a.b' }], resource_purges: [], other: null, further: false }))).toEqual([
      'warn unknown-plan plan: this part of the plan is not understood: query_results',
    ]);
    const change = kept(BUCKET, bucket);
    expect(findings(plan([{ ...change, tombstone: true } as typeof change]))).toEqual([
      `warn unknown-plan ${BUCKET}: this part of the plan is not understood: tombstone`,
    ]);
    expect(findings(plan([{ ...change, change: { ...change.change, partial: { a: 1 } } } as typeof change]))).toEqual([
      `warn unknown-plan ${BUCKET}: this part of the plan is not understood: partial`,
    ]);
    expect(findings(plan([{ ...change, mode: 'list' } as typeof change]))).toEqual([
      `warn unknown-plan ${BUCKET}: this part of the plan is not understood: mode list`,
    ]);
  });

  test('all parts of Terraform 1.14 are known', () => {
    const change = kept(BUCKET, bucket);
    const identity = { before_identity: { name: 'logs' }, after_identity: { name: 'logs', project: 'p' } };
    const known = {
      ...change,
      module_address: 'module.a',
      address: `module.a.${BUCKET}`,
      mode: 'managed',
      index: 0,
      provider_name: 'registry.terraform.io/hashicorp/google',
      change: { ...change.change, ...identity, importing: { identity: { name: 'logs' } }, generated_config: 'resource {}' },
    };
    const more = {
      relevant_attributes: [{ resource: 'a', attribute: ['b'] }],
      variables: { a: { value: 1 } },
      applyable: true,
      timestamp: 't',
    };
    expect(findings(plan([known], more))).toEqual([]);
  });

  test('an ephemeral resource is read', () => {
    const open = { ...kept('ephemeral.google_secret.s', {}), mode: 'ephemeral' };
    expect(findings(plan([{ ...open, change: { ...open.change, actions: ['open'] } }]))).toEqual([]);
  });

  test('another identity without a replacement is a warning', () => {
    const identities = (after_identity: object) =>
      findings(plan([updated(BUCKET, bucket, {}, { change: { before_identity: { name: 'logs', region: null }, after_identity } })]));
    expect(identities({ name: 'other' })).toEqual([expect.stringMatching(/^warn unknown-plan .* it becomes another object/)]);
    expect(identities({ name: 'logs', region: 'eu' })).toEqual([]);
  });

  test('a write-only argument with a new version is a warning', () => {
    const user = updated('google_sql_user.u', { name: 'u', password_wo_version: 1 }, { password_wo_version: 2 });
    expect(findings(plan([user]))).toEqual([
      'warn unknown-plan google_sql_user.u: password_wo is written again, and the plan does not show its value',
    ]);
  });

  test('drift that turns off a protection is a warning', () => {
    const drift = updated('google_sql_database_instance.Main', { name: 'm', deletion_protection: true }, { deletion_protection: false });
    expect(findings(plan([], { resource_drift: [drift] }))).toEqual([
      expect.stringMatching(/^warn protection-switched-off google_sql_database_instance\.Main: changed outside of Terraform: /),
    ]);
    expect(findings(plan([], { resource_drift: [updated(BUCKET, bucket, { labels: { a: 'b' } })] }))).toEqual([]);
  });

  test('data that was deleted outside of Terraform is a warning', () => {
    expect(findings(plan([], { resource_drift: [deleted(BUCKET, bucket)] }))).toEqual([
      `warn stateful-destroyed ${BUCKET}: changed outside of Terraform: a bucket (logs) was deleted`,
    ]);
    expect(guard(plan([], { resource_drift: [deleted(BUCKET, bucket)] })).verdicts[0]?.remediation).toBe(
      'find out what deleted it, and recover its data before the resource is created again',
    );
  });

  test('commands of provisioners are a warning', () => {
    const provisioners = [{ type: 'local-exec', expressions: {} }, { type: 'local-exec' }, { type: 'remote-exec' }];
    const resources = [{ address: 'terraform_data.t', provisioners }];
    const of = (change: HandMadeChange) => findings(plan([change], { configuration: { root_module: { resources } } }));
    const commands = 'commands of provisioners (local-exec, remote-exec), and the plan does not show their effect';
    expect(of(created('terraform_data.t', {}))).toEqual([`warn unknown-plan terraform_data.t: the apply runs ${commands}`]);
    expect(of(replaced('terraform_data.t', {}, {}))).toEqual([`warn unknown-plan terraform_data.t: the apply runs ${commands}`]);
    expect(of(deleted('terraform_data.t', {}))).toEqual([`warn unknown-plan terraform_data.t: the apply may run ${commands}`]);
    expect(of(updated('terraform_data.t', {}, { input: 1 }))).toEqual([]);
  });

  test('resources of the state that are not in the plan are a warning, when Terraform does not report a plan as incomplete', () => {
    const managed = (address: string) => ({ address, mode: 'managed', type: 'a', name: 'b' });
    const root_module = {
      resources: [managed(BUCKET), { ...managed('data.a.b'), mode: 'data' }],
      child_modules: [{ resources: [managed('module.m.a.b')] }],
    };
    const more = { prior_state: { values: { root_module } }, complete: undefined };
    expect(findings(plan([kept(BUCKET, bucket)], more))).toEqual([
      'warn unknown-plan plan: 1 resource of the state is not in the plan, as with -target: module.m.a.b',
    ]);
    expect(findings(plan([], more))).toEqual([
      `warn unknown-plan plan: 2 resources of the state are not in the plan, as with -target: ${BUCKET} and module.m.a.b`,
    ]);
    expect(findings(plan([], { ...more, complete: true }))).toEqual([]);
  });

  test.each(['constructor', 'toString'])('a type named %s is an unknown one', (type) => {
    expect(findings(plan([deleted(`${type}.a`, bucket)]))).toEqual([expect.stringContaining(`warn unknown-contents ${type}.a`)]);
  });
});
