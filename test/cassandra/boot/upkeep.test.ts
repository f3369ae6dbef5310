import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CassandraConfiguration } from '../../../lib/cassandra/cassandra-configuration';
import { metricFiles } from '../../../lib/cassandra/node-files/node-metrics';
import { repairFiles } from '../../../lib/cassandra/node-files/repair';
import { readConfiguration } from '../../../lib/sandbox/vms/guest-flush';
import { CONFIGURATION } from '../node-configuration';
import { ScriptMachine } from '../node-files/python-script';
import { TestMachine } from './test-machine';

const calendar = (configuration: Partial<CassandraConfiguration>): string =>
  /^OnCalendar=(.*)$/m.exec(
    repairFiles({ ...CONFIGURATION, ...configuration })
      .map(({ content }) => content)
      .join(''),
  )![1]!;

describe('the maintenance services of a node', () => {
  const machines: TestMachine[] = [];
  afterEach(() => {
    for (const machine of machines.splice(0)) machine.remove();
  });

  function arrange(configuration: Partial<CassandraConfiguration> = {}, { agent = 'yes', before = '' } = {}) {
    const machine = new TestMachine(configuration);
    machines.push(machine);
    const result = machine.run(
      'arrange_upkeep',
      `
      systemctl() { journal "systemctl $*"; }
      dpkg() { [[ ${agent} == yes ]] && echo 'Status: install ok installed'; }
      apt-get() { journal "apt-get $*"; }
      ${before.replaceAll('ROOT', machine.root)}
      `,
    );
    return { machine, ...result };
  }

  test('are metrics, repair, the guest scripts of snapshots and the Ops Agent', () => {
    const { machine, status, journal } = arrange();
    expect({ status, journal }).toEqual({
      status: 0,
      journal: [
        'systemctl disable --quiet --now cassandra-archive.timer',
        'systemctl daemon-reload',
        'systemctl enable --quiet --now cassandra-state.timer cassandra-metrics.timer cassandra-repair.timer',
        'systemctl try-restart google-guest-agent',
        'systemctl restart google-cloud-ops-agent',
      ],
    });
    expect(machine.read('etc/google-cloud-ops-agent/config.yaml')).toContain('type: cassandra\n');
  });

  test("enable the guest scripts once, and keep the image's configuration of the guest agent", () => {
    const file = 'etc/default/instance_configs.cfg';
    const before = `mkdir -p ROOT/etc/default; printf '[Accounts]\\ngroups = adm\\n[Snapshots]\\nenabled = false\\n[Daemons]\\nclock_skew_daemon = true\\n' >ROOT/${file}`;
    const { machine, status } = arrange({}, { before });
    expect(status).toBe(0);
    const written = machine.read(file);
    expect(written.split('\n')).toEqual([
      ...['[Accounts]', 'groups = adm', '[Daemons]', 'clock_skew_daemon = true'],
      ...['[Snapshots]', 'enabled = true', 'timeout_in_seconds = 300', ''],
    ]);
    const { journal } = machine.run('arrange_upkeep', 'systemctl() { journal "systemctl $*"; }\nhas_ops_agent() { :; }');
    expect(journal).not.toContain('systemctl try-restart google-guest-agent');
    expect(machine.read(file)).toBe(written);
    expect(readConfiguration(written)).toEqual({ isEnabled: true, timeoutSeconds: 300 });
  });

  test('exclude repair when Reaper does it, and remove an existing timer', () => {
    const { machine, journal } = arrange(
      { repair: 'reaper' },
      { before: 'mkdir -p ROOT/etc/systemd/system; touch ROOT/etc/systemd/system/cassandra-repair.timer' },
    );
    expect(journal).toContain('systemctl disable --quiet --now cassandra-repair.timer');
    expect(journal).toContain('systemctl enable --quiet --now cassandra-state.timer cassandra-metrics.timer');
    expect(existsSync(machine.path('etc/systemd/system/cassandra-repair.timer'))).toBe(false);
  });

  test('continue without the Ops Agent when it is unavailable, with a message', () => {
    const { status, output } = arrange({}, { agent: 'no' });
    expect(status).toBe(0);
    expect(output).toContain('the Ops Agent is missing: logs and metrics of Cassandra are not collected');
  });
});

describe('the repair', () => {
  test('is distributed evenly over the week', () => {
    const times = [0, 1, 2, 3, 4, 5].map((index) => calendar({ repairOrder: { index, count: 6 } }));
    expect(times).toEqual(
      ['Mon 00', 'Tue 04', 'Wed 08', 'Thu 12', 'Fri 16', 'Sat 20'].map((time) => `${time.replace(' ', ' *-*-* ')}:00:00 UTC`),
    );
  });

  test('runs daily when a week exceeds gc_grace', () => {
    expect([8, 9].map((gcGraceDays) => calendar({ gcGraceDays, repairOrder: { index: 1, count: 3 } }))).toEqual([
      '*-*-* 08:00:00 UTC',
      'Wed *-*-* 08:00:00 UTC',
    ]);
  });

  test.each([
    ['remembers when it succeeded', 0, true],
    ['does not when it failed', 2, false],
  ])('%s', (_, exitCode, remembers) => {
    const machine = new TestMachine();
    const bin = machine.path('bin');
    mkdirSync(bin);
    writeFileSync(`${bin}/nodetool`, `#!/bin/sh\necho "$*" >'${machine.root}/asked'\nexit ${exitCode}\n`, { mode: 0o755 });
    const script = repairFiles(CONFIGURATION)[0]!.content.replaceAll('/var/lib/cassandra', machine.path('var/lib/cassandra'));
    const { status } = spawnSync('bash', { input: script, env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } });
    const file = machine.path('var/lib/cassandra/last-repair');
    expect({ status, asked: machine.read('asked'), remembers: existsSync(file) }).toEqual({
      status: exitCode,
      asked: 'repair --full -pr\n',
      remembers,
    });
    if (remembers) expect(Math.abs(Date.now() / 1000 - Number(readFileSync(file, 'utf8')))).toBeLessThan(10);
    machine.remove();
  });
});

describe('the metrics of a node', () => {
  let machine: ScriptMachine;
  beforeEach(() => {
    machine = new ScriptMachine();
  });
  afterEach(() => machine.remove());

  /** Runs the script against a server that is the metadata server and Cloud Monitoring. */
  async function measure(
    configuration: Partial<CassandraConfiguration> = {},
    { tracking = '', words = [] as string[], status = 200 } = {},
  ) {
    const written: { url: string; authorization: string | undefined; body: string }[] = [];
    const server = createServer((request, response) => {
      const answers: Record<string, string> = {
        '/computeMetadata/v1/instance/zone': 'projects/1/zones/europe-west1-b',
        '/computeMetadata/v1/instance/id': '4711',
        '/computeMetadata/v1/instance/service-accounts/default/token': '{"access_token":"ya29.abc"}',
      };
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        if (request.method === 'POST') written.push({ url: request.url!, authorization: request.headers.authorization, body });
        response.statusCode = request.method === 'POST' ? status : request.headers['metadata-flavor'] === 'Google' ? 200 : 403;
        response.end(answers[request.url!] ?? '{}');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const script = metricFiles({ ...CONFIGURATION, address: machine.addresses[0]!, ...configuration })[0]!.content;
    machine.write(
      'usr/local/sbin/cassandra-metrics',
      script
        .replace('http://metadata.google.internal', origin)
        .replace('https://monitoring.googleapis.com', origin)
        .replaceAll('/var/lib/cassandra', machine.root),
    );
    machine.write('bin/chronyc', `#!/bin/sh\necho '${tracking}'\n`);
    const result = await machine.run('usr/local/sbin/cassandra-metrics', words, { path: `${machine.root}/bin` });
    server.close();
    const series = (JSON.parse(written[0]?.body ?? (result.stdout || '{"timeSeries":[]}')) as { timeSeries: Series[] }).timeSeries;
    return {
      ...result,
      written,
      series,
      values: Object.fromEntries(series.map((one) => [one.metric.type, Object.values(one.points[0]!.value)[0]])),
    };
  }

  interface Series {
    readonly metric: { readonly type: string; readonly labels: Record<string, string> };
    readonly resource: unknown;
    readonly points: readonly { readonly value: Record<string, unknown> }[];
  }

  const TRACKING = 'A9FEA9FE,169.254.169.254,2,1732572300.1,-0.000120000,0.000003,0.00002,-1.5,0.001,0.02,0.0003,0.0001,64.2,';
  const type = (name: string) => `custom.googleapis.com/cassandra/${name}`;

  test('are written with the token of the VM, with the VM as monitored resource', async () => {
    writeFileSync(`${machine.root}/last-repair`, `${Math.floor(Date.now() / 1000) - 1000}\n`);
    const { status, stderr, written, series, values } = await measure({}, { tracking: `${TRACKING}Normal` });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(written).toMatchObject([{ url: '/v3/projects/parking-staging/timeSeries', authorization: 'Bearer ya29.abc' }]);
    expect(series[0]).toMatchObject({
      metric: { labels: { cluster: 'parking', node: 'b1' } },
      resource: { type: 'gce_instance', labels: { project_id: 'parking-staging', instance_id: '4711', zone: 'europe-west1-b' } },
    });
    expect(values).toEqual({
      [type('up')]: '0',
      [type('clients_let_in')]: '1',
      [type('clock_offset_seconds')]: 0.00012,
      [type('repair_age_seconds')]: expect.stringMatching(/^100\d$/),
    });
  });

  test('report an offset of one day while the clock is not synchronised', async () => {
    expect((await measure({}, { tracking: `${TRACKING}Not synchronised` })).values[type('clock_offset_seconds')]).toBe(86400);
  });

  test('measure the repair age from the join until the first repair, and omit it before', async () => {
    expect((await measure()).values).not.toHaveProperty([type('repair_age_seconds')]);
    writeFileSync(`${machine.root}/joined`, '');
    execFileSync('touch', ['-d', '2 hours ago', `${machine.root}/joined`]);
    expect(Number((await measure()).values[type('repair_age_seconds')])).toBeGreaterThanOrEqual(7200);
  });

  test('omit the repair age when Reaper repairs', async () => {
    writeFileSync(`${machine.root}/joined`, '');
    expect((await measure({ repair: 'reaper' })).values).not.toHaveProperty([type('repair_age_seconds')]);
  });

  test('report that clients are not let in while the firewall table exists', async () => {
    machine.write('bin/nft', '#!/bin/sh\ntest "$*" = "list table inet cassandra_clients"\n');
    expect((await measure()).values).toHaveProperty([type('clients_let_in')], '0');
    machine.write('bin/nft', '#!/bin/sh\nexit 1\n');
    expect((await measure()).values).toHaveProperty([type('clients_let_in')], '1');
  });

  test('omit if clients are let in when the firewall does not answer', async () => {
    machine.write('bin/nft', '#!/bin/sh\nkill -9 $$\n');
    expect((await measure()).values).not.toHaveProperty([type('clients_let_in')]);
  });

  test('are printed and not written on request', async () => {
    const { written, values } = await measure({}, { words: ['--print'] });
    expect(written).toEqual([]);
    expect(values).toHaveProperty([type('up')], '0');
  });

  test('fail with one sentence when they cannot be written', async () => {
    expect(await measure({}, { status: 403 })).toMatchObject({ status: 1, stderr: 'cassandra-metrics: HTTP Error 403: Forbidden\n' });
  });
});
