// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform
// biome-ignore-all lint/suspicious/noExplicitAny: Terraform's JSON is as wide as its providers
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readArtifact, verifyArtifact } from '../../lib/artifact';

type Json = Record<string, unknown>;

const ref = (expression: string): string => `\${${expression}}`;

const BASE = {
  terraform: {
    backend: { gcs: { bucket: 'states', prefix: 'staging' } },
    required_providers: { google: { source: 'google', version: '6.50.0' }, helm: { source: 'helm', version: '3.1.1' } },
  },
  provider: {
    google: [{ project: 'parking' }],
    helm: [{ kubernetes: { host: 'https://example.com', exec: { command: 'gke-gcloud-auth-plugin' } } }],
  },
  data: { google_client_openid_userinfo: { Me: {} } },
  resource: {
    google_compute_network: { Main: { name: 'main', project: 'parking' } },
    helm_release: {
      Search: { name: 'search', chart: `${ref('path.module')}/assets/search/1` },
      Redis: { name: 'redis', chart: 'redis', repository: 'https://charts.example.com', version: '1.2.3' },
    },
  },
};

const KNOWN = 'https://charts.example.com';

const set =
  (name: string, value: unknown) =>
  (json: any): void => {
    json.resource.google_compute_network.Main[name] = value;
  };

const add =
  (type: string, body: object) =>
  (json: any): void => {
    json.resource[type] = { Other: body };
  };

const release =
  (body: object) =>
  (json: any): void => {
    json.resource.helm_release.Other = { name: 'other', ...body };
  };

const imports =
  (block: object) =>
  (json: any): void => {
    json.import = [block];
  };

describe('an artifact', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'artifact-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (side: string, file: string, content: unknown): void => {
    const target = path.join(folder, side, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
  };

  const writeArtifact = (side: string, json: unknown, manifest?: unknown): void => {
    const staging = { workingDirectory: 'stacks/staging', synthesizedStackPath: 'stacks/staging/cdk.tf.json' };
    write(side, 'manifest.json', manifest ?? { version: '0.21.0', stacks: { staging } });
    write(side, 'stacks/staging/cdk.tf.json', json);
    write(side, 'stacks/staging/assets/search/1/Chart.yaml', 'name: search');
    write(side, 'acknowledgements.json', []);
  };

  const refusals = (options = {}) =>
    verifyArtifact(readArtifact(path.join(folder, 'head')), readArtifact(path.join(folder, 'base')), options);

  const changed = (change: (json: Json & { resource: Record<string, Record<string, Json>> }) => void): string[] => {
    const json = JSON.parse(JSON.stringify(BASE));
    change(json);
    writeArtifact('base', BASE);
    writeArtifact('head', json);
    return refusals();
  };

  test('is accepted when only resources change', () => {
    const found = changed((json) => {
      json.resource.google_compute_network!.Other = { name: 'other', project: 'parking', description: 'a file (of ours)' };
      json.resource.terraform_data = { Note: { input: ref('google_compute_network.Other.id') } };
      json.resource.helm_release!.Redis!.version = '1.3.0';
      json.data = { ...BASE.data, google_compute_zones: { All: {} } };
      json.moved = [{ from: 'google_compute_network.A', to: 'google_compute_network.B' }];
      json.import = [{ id: 'x', to: 'google_compute_network.Main' }];
    });
    expect(found).toEqual([]);
  });

  test.each<[string, (json: Json & { resource: Record<string, Record<string, Json>> }) => void, string]>([
    [
      'another program to get tokens by',
      (json) => Object.assign(json.provider as Json, { helm: [{ kubernetes: { exec: { command: 'sh' } } }] }),
      'staging: provider must be as in the base branch: merge a change of it first',
    ],
    [
      'another host to send tokens to',
      (json) => Object.assign(json.provider as Json, { helm: [{ kubernetes: { host: 'https://evil.example' } }] }),
      'staging: provider must be as in the base branch',
    ],
    [
      'another backend',
      (json) => Object.assign(json.terraform as Json, { backend: { gcs: { bucket: 'mine' } } }),
      'staging: terraform must be as in the base branch',
    ],
    [
      'another version of a provider',
      (json) => Object.assign(json.terraform as Json, { required_providers: {} }),
      'staging: terraform must be as in the base branch',
    ],
    [
      'a module',
      (json) => {
        json.module = { evil: { source: 'git::https://evil.example' } };
      },
      'staging: module is not allowed',
    ],
    [
      'an ephemeral resource',
      (json) => {
        json.ephemeral = {};
      },
      'staging: ephemeral is not allowed',
    ],
    [
      'a check with a data source in it',
      (json) => {
        json.check = {};
      },
      'staging: check is not allowed',
    ],
    [
      'a provisioner',
      (json) => {
        json.resource.terraform_data = { Run: { provisioner: [{ 'local-exec': { command: 'id' } }] } };
      },
      'staging: resource.terraform_data.Run.provisioner is not allowed: it runs a program',
    ],
    [
      'a provisioner of what is removed',
      (json) => {
        json.removed = [{ from: 'a.b', provisioner: {} }];
      },
      'staging: removed[0].provisioner is not allowed',
    ],
    [
      'a connection',
      (json) => {
        json.resource.terraform_data = { Run: { connection: { host: 'a' } } };
      },
      'connection is not allowed',
    ],
    [
      'a resource of another provider',
      (json) => {
        json.resource.local_file = { Out: { filename: 'x' } };
      },
      'staging: local_file.Out must be of a provider of the base branch (google, helm)',
    ],
    [
      'a provider that is not there',
      (json) => {
        json.resource.google_compute_network!.Main!.provider = 'evil.one';
      },
      'staging: google_compute_network.Main must name a provider of the base branch',
    ],
    [
      'a resource in another project',
      (json) => {
        json.resource.google_compute_network!.Main!.project = 'evil';
      },
      'must be in a project of the base branch, got "evil"',
    ],
    [
      'a data source that runs a program',
      (json) => {
        json.data = { external: { Run: { program: ['id'] } } };
      },
      'staging: data.external.Run must be an allowed data source',
    ],
    [
      'a data source that reads a secret',
      (json) => {
        json.data = { google_secret_manager_secret_version: { S: { secret: 'a' } } };
      },
      'staging: data.google_secret_manager_secret_version.S must be',
    ],
    [
      'the import of a secret',
      (json) => {
        json.import = [{ id: 'x', to: 'google_secret_manager_secret_version.S' }];
      },
      'must not put a secret into the plan',
    ],
    [
      'a program after rendering',
      (json) => {
        json.resource.helm_release!.Search!.postrender = { binary_path: 'sh' };
      },
      "staging: helm_release.Search 'postrender' must not be set",
    ],
    [
      'charts that are fetched while planning',
      (json) => {
        json.resource.helm_release!.Search!.dependency_update = true;
      },
      "'dependency_update' must not be set",
    ],
    [
      'a key file',
      (json) => {
        json.resource.helm_release!.Search!.repository_key_file = '/etc/passwd';
      },
      "'repository_key_file' must not be set",
    ],
    [
      'a chart from elsewhere',
      (json) => {
        json.resource.helm_release!.Redis!.repository = 'https://evil.example';
      },
      'the chart must come from a repository of the base branch or of --chart-repository, got "https://evil.example"',
    ],
    [
      'a chart of an unknown registry',
      (json) => {
        json.resource.helm_release!.Redis = { chart: 'oci://evil.example/redis' };
      },
      'the chart must come from a repository',
    ],
    [
      'a chart on the machine',
      (json) => {
        json.resource.helm_release!.Search!.chart = '/etc';
      },
      `'chart' must be an asset of the stack or come from a repository, got "/etc"`,
    ],
    [
      'a chart out of the assets',
      (json) => {
        json.resource.helm_release!.Search!.chart = 'assets/../../x';
      },
      "'chart' must be an asset",
    ],
    [
      'a chart outside of the artifact',
      (json) => {
        json.resource.helm_release!.Search!.chart = 'assets/other/1';
      },
      "'chart' must be an asset",
    ],
    [
      'an object from a file',
      (json) => {
        json.resource.google_storage_bucket_object = { O: { source: '/etc/passwd' } };
      },
      "'source' must be an asset of the stack",
    ],
    [
      'a function that reads a file',
      (json) => {
        json.resource.google_compute_network!.Main!.description = ref('file("/etc/passwd")');
      },
      'staging: resource.google_compute_network.Main.description must not call file(), which reads files of the machine',
    ],
    [
      'one in the name of a label',
      (json) => {
        json.resource.google_compute_network!.Main!.labels = { [ref('filebase64 ("a")')]: 'x' };
      },
      'must not call filebase64()',
    ],
    [
      'one in a list, deep down',
      (json) => {
        json.resource.google_compute_network!.Main!.x = [{ y: [ref('upper(templatefile("a", {}))')] }];
      },
      'resource.google_compute_network.Main.x[0].y[0] must not call templatefile()',
    ],
    [
      'one in a directive',
      (json) => {
        json.output = { a: { value: `%{ if fileexists("/etc/x") }1%{ endif }` } };
      },
      'must be a template without directives, comments and heredocs',
    ],
    [
      'a function of a provider',
      (json) => {
        json.locals = { a: ref('provider::google::x("a")') };
      },
      'must not call provider::google::x()',
    ],
  ])('refuses %s', (_, change, message) => {
    const found = changed(change);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toContain(message);
  });

  /** Rows: what the head changes, and a part of the refusal; `undefined` when the change must pass. */
  test.each<[string, (json: any) => void, string | undefined]>([
    [
      'a call of a function that is not on the list',
      set('description', ref('strrev("a")')),
      'must not call strrev(), which is not an allowed function',
    ],
    ['a value without the mark of secrets', set('description', ref('nonsensitive("a")')), 'must not call nonsensitive()'],
    ['a function in a core namespace', set('description', ref('core::file("a")')), 'must not call core::file(), which reads files'],
    ['a function with a comment', set('description', ref('file/**/("a")')), 'must be a template without directives, comments and heredocs'],
    ['the folder of the job', set('description', ref('path.cwd')), 'must not refer to path.cwd, which is not in the stack'],
    ['a variable that is not there', set('description', ref('var.token')), 'must not refer to var.token'],
    ['text that speaks of a function', set('description', 'a file (of ours), $${file("x")}, %%{ if x }'), undefined],
    ['functions and loops', set('labels', { a: ref('join("-", [for k, v in { b = "c" } : upper("${k}${v}")])') }), undefined],
    [
      'its own iterator',
      set('dynamic', { rule: { for_each: ['a'], iterator: 'each_rule', content: { a: ref('each_rule.value') } } }),
      undefined,
    ],
    ['the iterator of another block', set('a', ref('rule.value')), 'must not refer to rule.value'],
    [
      'its own attributes in a postcondition',
      set('lifecycle', { postcondition: { condition: ref('self.id != ""'), error_message: 'x' } }),
      undefined,
    ],
    ['its own attributes elsewhere', set('description', ref('self.id')), 'must not refer to self.id'],
    [
      'spaces in a dependency',
      set('depends_on', [' google_compute_network.Main']),
      'depends_on must be addresses, got " google_compute_network.Main"',
    ],
    ['an expression as a dependency', set('depends_on', [ref('google_compute_network.Main')]), 'depends_on must be addresses'],
    ['a dependency', set('depends_on', ['google_compute_network.Main', 'data.google_client_openid_userinfo.Me']), undefined],
    [
      'a comment in what is ignored',
      set('lifecycle', { ignore_changes: ['a/**/.b'] }),
      "ignore_changes must be 'all', or paths of arguments",
    ],
    ['what is ignored', set('lifecycle', { ignore_changes: ['node_config[0].labels["a"]', 'description'] }), undefined],
    ['all that is ignored', set('lifecycle', { ignore_changes: 'all' }), undefined],
    [
      'an unknown member of a lifecycle',
      set('lifecycle', { enabled: true }),
      `'lifecycle' of google_compute_network.Main: "enabled" is not allowed`,
    ],
    ['a lifecycle that is an expression', set('lifecycle', ref('local.a')), "'lifecycle' must be a block"],
    ['a provider of another type', set('provider', 'helm'), 'must name a provider of the base branch that has the type, got "helm"'],
    ['a provider with a space', set('provider', 'google '), 'must name a provider of the base branch'],
    ['an alias that is not there', set('provider', 'google.other'), 'must name a provider of the base branch'],
    ['a provider by its name', set('provider', 'google'), undefined],
    [
      'a provisioner that is generated',
      set('dynamic', { provisioner: { for_each: [1], content: {} } }),
      'dynamic.provisioner is not allowed',
    ],
    ['a label of this name', set('labels', { provisioner: 'x', connection: 'y' }), undefined],
    [
      'a network of another project',
      set('peer', 'projects/evil-project/global/networks/a'),
      'must name resources in projects of the base branch only',
    ],
    [
      'a network of another project by its URL',
      set('peer', 'https://www.googleapis.com/compute/v1/projects/evil-project/a'),
      'projects of the base branch only',
    ],
    ['a network of another project in an expression', set('peer', ref('"projects/evil-project/x"')), 'projects of the base branch only'],
    ['an image that is public', set('image', 'projects/debian-cloud/global/images/family/debian-12'), undefined],
    ['a project that is an expression', set('project', ref('"parking"')), 'must be in a project of the base branch'],
    ['the project of another resource', set('project', ref('google_compute_network.Main.project')), undefined],
    ['a project that is null', set('project', null), undefined],
    [
      'a type that is not reviewed',
      add('google_apigee_api', { name: 'a', config_bundle: '/etc/passwd' }),
      'must be of a type that may be planned',
    ],
    ['a key of a service account', add('google_service_account_key', {}), 'must be of a type that may be planned'],
    ['any object of the cluster', add('kubernetes_manifest', { manifest: {} }), 'must be of a provider of the base branch (google, helm)'],
    [
      'a file that is not an asset',
      add('google_storage_bucket_object', { source: 'assets/search/%{ if true }1%{ endif }' }),
      "'source' must be an asset of the stack",
    ],
    ['a file that is an asset', add('google_storage_bucket_object', { source: 'assets/search/1/Chart.yaml' }), undefined],
    [
      'subnets of another project',
      add('google_compute_instance', { network_interface: [{ subnetwork_project: 'evil' }] }),
      'must be in a project of the base branch, got "evil"',
    ],
    [
      'generated subnets of another project',
      add('google_compute_instance', { dynamic: { network_interface: [{ content: { subnetwork_project: 'evil' } }] } }),
      'got "evil"',
    ],
    [
      'a chart by its path, with a repository',
      release({ chart: './assets', repository: KNOWN }),
      "'chart' must be the name of a chart in the repository",
    ],
    [
      'a chart that the folder has too',
      release({ chart: 'assets', repository: KNOWN }),
      "'chart' must be the name of a chart in the repository",
    ],
    [
      'a chart by its URL, with a repository',
      release({ chart: 'https://evil.example/a.tgz', repository: KNOWN }),
      "'chart' must be the name",
    ],
    ['a repository in an expression', release({ chart: 'redis', repository: ref(`"${KNOWN}"`) }), 'the chart must come from a repository'],
    ['another chart of a known repository', release({ chart: 'valkey', repository: KNOWN }), undefined],
    ['a chart by a template', release({ chart: ref('"assets/search/1"') }), "'chart' must be an asset of the stack"],
    ['a verified chart', release({ chart: 'redis', repository: KNOWN, verify: true }), "'verify' must not be set"],
    [
      'an argument of a release that is not reviewed',
      release({ chart: 'redis', repository: KNOWN, set_file: [] }),
      '"set_file" is not allowed',
    ],
    [
      'a variable that is new',
      (json) => Object.assign(json, { variable: { token: { default: '' } } }),
      'variable.token must be as in the base branch',
    ],
    ['a comment with a function', (json) => Object.assign(json, { '//': { a: ref('file("x")') } }), 'must not call file()'],
    ['an import of a name', imports({ to: 'google_compute_network.Main', id: 'main' }), undefined],
    ['an import by its project', imports({ to: 'google_compute_network.Main', id: 'projects/parking/global/networks/main' }), undefined],
    [
      'an import of another project',
      imports({ to: 'google_compute_network.Main', id: 'projects/evil/global/networks/main' }),
      "'id' must be a name, or begin with a project",
    ],
    [
      'an import of another project by a short id',
      imports({ to: 'google_compute_network.Main', id: 'evil/main' }),
      "'id' must be a name, or begin",
    ],
    ['an import by an expression', imports({ to: 'google_compute_network.Main', id: ref('local.id') }), "'id' must be a name, or begin"],
    [
      'an import with a space in its address',
      imports({ to: ' google_secret_manager_secret_version.S', id: 'x' }),
      'must be the address of a resource',
    ],
    ['an import of a release', imports({ to: 'helm_release.Redis', id: 'a/redis' }), 'must not put a secret into the plan'],
    [
      'imports of a loop',
      imports({ to: 'google_compute_network.Main[each.key]', id: ref('each.value'), for_each: { a: 'a', b: 'projects/parking/x' } }),
      undefined,
    ],
    [
      'imports of another project in a loop',
      imports({ to: 'google_compute_network.Main[each.key]', id: ref('each.value'), for_each: { a: 'evil/x' } }),
      'got "evil/x"',
    ],
    [
      'an iteration that is an expression',
      imports({ to: 'google_compute_network.Main[each.key]', id: ref('each.value'), for_each: ref('local.a') }),
      "'for_each' must be a list of texts",
    ],
    ['an import with another member', imports({ to: 'google_compute_network.Main', id: 'a', identity: {} }), '"identity" is not allowed'],
  ])('verifies %s', (_, change, message) => {
    const found = changed(change);
    if (message === undefined) expect(found).toEqual([]);
    else expect(found.join('\n')).toContain(message);
  });

  test('accepts a type on the allow-list, and a resource of any type as in the base branch', () => {
    changed((json) => {
      json.resource.google_apigee_api = { A: { name: 'a' } };
    });
    expect(refusals()).toHaveLength(1);
    expect(refusals({ allowedTypes: ['google_apigee_api'] })).toEqual([]);
    writeArtifact('base', { ...BASE, resource: { ...BASE.resource, google_apigee_api: { A: { name: 'a' } } } });
    expect(refusals()).toEqual([]);
  });

  test('refuses a resource of the base branch that refers to a value that changes', () => {
    const resource = { ...BASE.resource, google_apigee_api: { A: { config_bundle: ref('local.file') } } };
    writeArtifact('base', { ...BASE, resource, locals: { file: 'a.zip' } });
    writeArtifact('head', { ...BASE, resource, locals: { file: 'a.zip' } });
    expect(refusals()).toEqual([]);
    writeArtifact('head', { ...BASE, resource, locals: { file: '/etc/passwd' } });
    expect(refusals()).toEqual([expect.stringContaining('google_apigee_api.A must be of a type that may be planned')]);
  });

  test('refuses a changed asset that a provider of the base branch runs, by a local value', () => {
    const provider = { ...BASE.provider, helm: [{ kubernetes: { exec: { command: ref('local.program') } } }] };
    const json = { ...BASE, provider, locals: { program: 'assets/search/run.sh' } };
    for (const side of ['base', 'head']) writeArtifact(side, json);
    expect(refusals()).toEqual([]);
    write('head', 'stacks/staging/assets/search/run.sh', 'id');
    expect(refusals()).toEqual([expect.stringContaining('staging: provider names assets of the stack that planning may run')]);
  });

  test('refuses a changed chart that planning renders', () => {
    const resource = { helm_release: { Search: { ...BASE.resource.helm_release.Search, lint: true } } };
    for (const side of ['base', 'head']) writeArtifact(side, { ...BASE, resource });
    expect(refusals()).toEqual([]);
    write('head', 'stacks/staging/assets/search/1/values.schema.json', { $ref: 'https://evil.example' });
    expect(refusals()).toEqual([
      "staging: helm_release.Search 'chart' must be as in the base branch, because planning renders it ('lint', or the experiment 'manifest')",
    ]);
  });

  test('accepts a chart repository on the allow-list', () => {
    changed((json) => Object.assign(json.resource.helm_release!.Redis!, { repository: 'https://more.example.com' }));
    expect(refusals()).toHaveLength(1);
    expect(refusals({ chartRepositories: ['https://more.example.com'] })).toEqual([]);
  });

  test.each([
    ['a file of Terraform', 'stacks/staging/evil.tf', 'stacks/staging/evil.tf is not allowed'],
    ['variables', 'stacks/staging/evil.auto.tfvars.json', 'is not allowed'],
    ['plugins', 'stacks/staging/.terraform/providers/x', 'is not allowed'],
    ['an override', 'stacks/staging/override.tf.json', 'is not allowed'],
    ['settings of Terraform', '.terraformrc', '.terraformrc is not allowed'],
  ])('refuses %s', (_, file, message) => {
    writeArtifact('base', BASE);
    writeArtifact('head', BASE);
    write('head', file, '');
    expect(refusals().join('\n')).toContain(message);
  });

  test('refuses links, invalid JSON, and paths outside of the folder', () => {
    writeArtifact('base', BASE);
    writeArtifact('head', BASE);
    symlinkSync('/etc/passwd', path.join(folder, 'head/stacks/staging/assets/link'));
    expect(refusals()).toEqual(['stacks/staging/assets/link must be a file, got a link or something else']);

    writeArtifact('head', BASE, { stacks: { staging: { workingDirectory: '../..', synthesizedStackPath: 'stacks/staging/cdk.tf.json' } } });
    expect(refusals()[1]).toBe('manifest.json must have stack "staging" at stacks/<name>, got "../.."');
    writeArtifact('head', BASE, {
      stacks: { '../x': { workingDirectory: 'stacks/../x', synthesizedStackPath: 'stacks/../x/cdk.tf.json' } },
    });
    expect(refusals().join('\n')).toContain('manifest.json must have stack "../x" at stacks/<name>');
    writeArtifact('head', '{', undefined);
    expect(refusals().join('\n')).toContain('stacks/staging/cdk.tf.json: must be JSON: expected a name');
    writeArtifact('head', [], undefined);
    expect(refusals().join('\n')).toContain('stacks/staging/cdk.tf.json: not a Terraform configuration: expected a JSON object');
    writeArtifact('head', BASE, 'nothing');
    expect(refusals().join('\n')).toContain('manifest.json: must be JSON: expected a value, got "nothing"');
  });

  test.each([
    [
      'a data source in a list in a list',
      '"data": [[{"external": {"Run": {"program": ["id"]}}}]]',
      'must be an object, got a list (at data[0])',
    ],
    ['a second list of data sources', '"data": {"external": {"Run": {}}}, "data": {}', '"data" must occur once, got it twice'],
    [
      'a provisioner in a list in a list',
      '"resource": {"terraform_data": {"Run": {"provisioner": [[{"local-exec": {"command": "id"}}]]}}}',
      'must be a block, got a list (at resource.terraform_data.Run.provisioner[0])',
    ],
    [
      'a second command of a provider',
      `"provider": {"google": [{"project": "parking"}], "helm": [{"kubernetes": {"exec": {"command": "sh"}}, "kubernetes": {}}]}`,
      '"kubernetes" must occur once, got it twice',
    ],
    [
      'a backend in a list in a list',
      '"terraform": {"backend": [[{"http": {}}]]}',
      'must be a block, got a list (at terraform.backend[0])',
    ],
    ['an import in a list in a list', '"import": [[{"id": "x", "to": "a.b"}]]', 'must be an object, got a list (at import[0])'],
    ['a resource twice', '"resource": [{"terraform_data": {"A": {}}}, {"terraform_data": {"A": {}}}]', 'must be one block, got 2'],
  ])('refuses %s, which Terraform accepts and other parsers ignore', (_, member, message) => {
    writeArtifact('base', BASE);
    writeArtifact('head', `{${member}}`);
    expect(refusals()).toEqual([expect.stringContaining(message)]);
  });

  test('reads a block in a list, as Terraform does', () => {
    writeArtifact('base', BASE);
    writeArtifact('head', { ...BASE, resource: [BASE.resource, { local_file: [{ Out: [{ filename: 'x' }] }] }] });
    expect(refusals()).toEqual(['staging: local_file.Out must be of a provider of the base branch (google, helm)']);
  });

  test('refuses a stack that the base branch does not have', () => {
    writeArtifact('base', BASE);
    const stack = (name: string) => ({ workingDirectory: `stacks/${name}`, synthesizedStackPath: `stacks/${name}/cdk.tf.json` });
    writeArtifact('head', BASE, { stacks: { staging: stack('staging'), another: stack('another') } });
    write('head', 'stacks/another/cdk.tf.json', BASE);
    expect(refusals()).toEqual(['stack another must be in the base branch before it is planned with credentials']);
  });
});
