import { findRedactedDifferences } from '../../lib/preview/redacted-differences';
import { MASK, Redaction, redactMessage } from '../../lib/redaction';
import { Plan } from '../../lib/terraform/plan';
import { createChange, createPlan } from '../preview/plans';

const redactionOf = (plan: Plan) => Redaction.of(plan);

test('a value that Terraform marks as sensitive is masked wherever it occurs, encoded too', () => {
  const secret = 'p&ss "word" ü/1';
  const plan = createPlan(
    createChange('t', 'a', { after: { nested: [{ key: secret }], note: 'x' }, after_sensitive: { nested: [{ key: true }] } }),
  );
  const redaction = redactionOf(plan);
  const texts = [
    `login with ${secret}!`,
    JSON.stringify({ secret }),
    encodeURIComponent(`?q=${secret}&r=1`),
    Buffer.from(secret).toString('base64'),
    Buffer.from(`user:${secret}`).toString('base64'),
    Buffer.from(`a user:${secret} and more`).toString('base64url'),
    `data ${Buffer.from(JSON.stringify({ secret })).toString('base64')}`,
    Buffer.from(secret).toString('hex'),
  ];
  for (const text of texts) {
    const shown = redaction.text(text);
    expect(shown).toContain(MASK);
    expect(shown).not.toContain('word');
  }
  expect(redaction.text('nothing in it')).toBe('nothing in it');
});

test.each([
  ['kubernetes_deployment_v1', { spec: [{ container: [{ name: 'app', env: [{ name: 'GREETING', value: 'hello you' }] }] }] }],
  ['google_compute_instance', { metadata: { 'user-data': 'hello you' } }],
  ['google_compute_instance', { metadata_startup_script: 'hello you' }],
  ['google_compute_instance_template', { metadata: { 'startup-script': 'hello you' } }],
  ['helm_release', { values: ['a:\n  greeting: hello you\n  replicas: 3\n'] }],
  ['helm_release', { set: [{ name: 'greeting', value: 'hello you' }] }],
  ['anything', { database_password: 'hello you' }],
  ['azurerm_key_vault_secret', { name: 'db', value: 'hello you' }],
  ['github_actions_secret', { repository: 'shop', plaintext_value: 'hello you' }],
  ['google_compute_project_metadata_item', { key: 'motd', value: 'hello you' }],
  ['kubernetes_secret_v1', { metadata: [{ name: 'db' }], data: { level: 'hello you' } }],
  ['kubernetes_manifest', { manifest: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { level: 'hello you' } } }],
  ['kubectl_manifest', { yaml_body: 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  level: hello you\n' }],
  ['anything', { passwords: { alice: 'hello you' } }],
  ['anything', { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"env":[{"name":"A","value":"hello you"}]}' } }],
  ['anything', { text: '{"auth":{"password":"hello you"}}' }],
])('%s: a value is masked by the name of its argument or key (%j)', (type, after) => {
  const plan = createPlan(createChange(type, 'a', { after }));
  const masked = findRedactedDifferences(redactionOf(plan), plan.changes[0]!).filter(({ isMasked }) => isMasked);
  expect(masked.map((difference) => difference.after?.value)).toEqual(['hello you']);
});

test.each([
  ['kubernetes_namespace_v1', { metadata: [{ name: 'parking', labels: { team: 'parking' } }] }],
  ['kubernetes_pod_v1', { env: [{ name: 'A', value_from: [{ secret_key_ref: [{ name: 'db', key: 'password' }] }] }] }],
  ['google_compute_instance', { metadata: { 'enable-oslogin': 'TRUE' }, labels: { environment: 'staging' } }],
  ['google_compute_subnetwork', { log_config: [{ metadata: 'INCLUDE_ALL_METADATA' }] }],
  ['helm_release', { values: ['a:\n  enabled: true\n  replicas: 3\n'], name: 'search', version: '1.2.3' }],
  ['anything', { secret_id: 'db', secret_name: 'db', kms_key_name: 'disks', automount_service_account_token: true, token_format: 'jwt' }],
])('%s: a value that is not secret is shown (%j)', (type, after) => {
  const plan = createPlan(createChange(type, 'a', { after }));
  expect(findRedactedDifferences(redactionOf(plan), plan.changes[0]!).filter(({ isMasked }) => isMasked)).toEqual([]);
});

test('sensitive variables and outputs are masked everywhere, except for the cross-stack references of cdktf', () => {
  const plan = Plan.read({
    format_version: '1.2',
    variables: { db: { value: 'from-a-variable' }, plain: { value: 'an-ordinary-value' } },
    configuration: { root_module: { variables: { db: { sensitive: true }, plain: {} }, outputs: { key: { sensitive: true } } } },
    output_changes: {
      key: { actions: ['create'], before: null, after: 'from-an-output', after_sensitive: true },
      'cross-stack-output-network': { actions: ['create'], before: null, after: 'main-network', after_sensitive: true },
    },
    resource_changes: [],
  });
  const shown = redactionOf(plan).text('from-a-variable from-an-output an-ordinary-value main-network');
  expect(shown).toBe(`${MASK} ${MASK} an-ordinary-value main-network`);
});

test('an unmarked value in the format of a secret is masked', () => {
  const redaction = redactionOf(createPlan());
  expect(redaction.text(`Bearer ghp_${'a1B2'.repeat(9)} and postgres://app:hunter22@db:5432/x`)).toBe(
    `Bearer ${MASK} and postgres://app:${MASK}@db:5432/x`,
  );
  expect(redaction.text('-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n')).toBe(`${MASK}\n`);
});

test('short secrets are masked as whole words, and not inside of others', () => {
  const plan = createPlan(createChange('t', 'a', { after: { pin: 'abc' }, after_sensitive: { pin: true } }));
  expect(redactionOf(plan).text('abc')).toBe(MASK);
  expect(redactionOf(plan).text('abcdef')).toBe('abcdef');
});

test('a masked value shows if it changes', () => {
  const marks = { before_sensitive: { a: true, b: true }, after_sensitive: { a: true, b: true } };
  const plan = createPlan(
    createChange('t', 'x', { actions: ['update'], before: { a: 'first1', b: 'same12' }, after: { a: 'second', b: 'same12' }, ...marks }),
  );
  const found = findRedactedDifferences(redactionOf(plan), plan.changes[0]!);
  expect(found.map(({ label, isChanged, isMasked }) => [label, isChanged, isMasked])).toEqual([
    ['a', true, true],
    ['b', false, true],
  ]);
});

describe('the error of a failed plan', () => {
  const configuration = {
    variable: { admin: { sensitive: true, default: 'hunter2-of-the-default' } },
    resource: {
      helm_release: { App: { values: ['password: hunter2-in-the-values\nhost: db.example.com'] } },
      google_compute_instance: { Node: { metadata: { 'startup-script': 'export DB_PASSWORD=x', token: 'hunter2-in-the-metadata' } } },
      google_sql_user: { App: { password: 'hunter2-of-the-database' } },
    },
  };
  const environment = { TF_VAR_admin: 'hunter2-of-the-environment', GOOGLE_OAUTH_ACCESS_TOKEN: 'hunter2-of-google', PATH: '/usr/bin' };
  const secrets = JSON.stringify([configuration, environment]).match(/hunter2-[\w-]+/g)!;

  test('contains no secret of the configuration and the environment, in any encoding', () => {
    expect(secrets).toHaveLength(6);
    const forms = secrets.flatMap((secret) => [secret, Buffer.from(`x${secret}`).toString('base64'), encodeURIComponent(`${secret}&`)]);
    const message = redactMessage(
      `Error: Invalid value\n\n  on cdk.tf.json line 1:\n   1: ${forms.join(' ')}\n\nno more at /usr/bin`,
      configuration,
      environment,
    );
    for (const secret of secrets) expect(message).not.toContain(secret);
    expect(message).toContain('Error: Invalid value');
    expect(message).toContain('no more at /usr/bin');
  });

  test('truncates long lines', () => {
    const message = redactMessage(
      `Error: Missing block label\n   1: ${'{"a": 1}, '.repeat(10_000)}\nAt least one`,
      configuration,
      environment,
    );
    expect(message.length).toBeLessThan(600);
    expect(message).toMatch(/^Error: Missing block label\n[\s\S]*\nAt least one$/);
  });
});

test('a secret in the message of a failed check is masked', () => {
  const { json } = createPlan();
  const checks = [{ address: { to_display: 'check.db' }, status: 'fail', instances: [{ problems: [{ message: 'password=hello-you7' }] }] }];
  expect(redactionOf(Plan.read({ ...json, checks })).text('it printed hello-you7')).toBe(`it printed ${MASK}`);
});

test.each(['$0A00A123', 'vault:Tr0ub4dor', 'self.S3cr3tValue', '%sTr0ub4dor%', 'sha256:Tr0ub4dor', '{{Tr0ub4dor3}}', '/srv/Tr0ub4dor/x3'])(
  'a marked value is a secret everywhere, also in the form of a reference: %s',
  (secret) => {
    const plan = createPlan(
      createChange('t', 'a', { after: { key: secret, note: `before ${secret} after` }, after_sensitive: { key: true } }),
    );
    expect(Redaction.of(plan).text(`before ${secret} after`)).toBe(`before ${MASK} after`);
  },
);
