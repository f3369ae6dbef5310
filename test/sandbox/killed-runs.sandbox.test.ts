import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNFINISHED } from '../../lib/core/saved-file';
import { Sandbox } from '../../lib/sandbox';
import { cleanEnvironment } from '../../lib/sandbox/sandbox';
import { terraformBinary } from '../../lib/terraform/cli';
import { describeWithTerraform } from '../support/terraform';

const MAIN = join(__dirname, '../../dist/lib/cli/main.js');

/** Reference to an attribute of another resource. */
const ref = (path: string): string => `\${${path}}`;

/** Resources that depend on each other, among them an address that a VM uses and a secret with a generated name. */
const RESOURCES = {
  google_project_service: { compute: { service: 'compute.googleapis.com', disable_on_destroy: false } },
  google_compute_network: { main: { name: 'main', auto_create_subnetworks: false, depends_on: ['google_project_service.compute'] } },
  google_compute_subnetwork: {
    nodes: { name: 'nodes', network: ref('google_compute_network.main.id'), ip_cidr_range: '10.0.0.0/20' },
  },
  google_compute_address: {
    node: { name: 'node', address_type: 'INTERNAL', address: '10.0.0.9', subnetwork: ref('google_compute_subnetwork.nodes.id') },
  },
  google_compute_disk: { data: { name: 'data', size: 10, depends_on: ['google_compute_network.main'] } },
  google_compute_instance: {
    node: {
      name: 'node',
      machine_type: 'e2-medium',
      boot_disk: [{ initialize_params: [{ image: 'debian-cloud/debian-12' }] }],
      attached_disk: [{ source: ref('google_compute_disk.data.id') }],
      network_interface: [
        { subnetwork: ref('google_compute_subnetwork.nodes.id'), network_ip: ref('google_compute_address.node.address') },
      ],
    },
  },
  kubernetes_namespace_v1: { billing: { metadata: { name: 'billing' }, depends_on: ['google_compute_instance.node'] } },
  kubernetes_secret_v1: {
    key: { metadata: { generate_name: 'key-', namespace: ref('kubernetes_namespace_v1.billing.metadata[0].name') }, data: { a: 'b' } },
  },
};

const COUNT = Object.values(RESOURCES).flatMap(Object.keys).length;

const NETWORK = 'projects/parking/global/networks/main';

describeWithTerraform('runs that are killed', () => {
  let folder: string;
  let stack: string;
  let directory: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'killed '));
    [stack, directory] = [join(folder, 'stack'), join(folder, 'sandbox')];
    mkdirSync(stack);
    write({ gcs: { bucket: 'states', prefix: 'x' } });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(backend: object, resource: object = RESOURCES): void {
    const required_providers = { google: { source: 'hashicorp/google' }, kubernetes: { source: 'hashicorp/kubernetes' } };
    const google = { project: 'parking', region: 'europe-west1', zone: 'europe-west1-b' };
    const provider = { google, kubernetes: { host: 'https://main' } };
    writeFileSync(join(stack, 'main.tf.json'), JSON.stringify({ terraform: { backend, required_providers }, provider, resource }));
  }

  const start = () => Sandbox.start({ directory, configurations: [stack] });

  /** Runs Terraform in the environment of a sandbox. The run is killed once that many resources are created. */
  async function terraform(sandbox: Sandbox, args: string[], killAfter = Number.POSITIVE_INFINITY) {
    const child = spawn(terraformBinary(), args, {
      cwd: stack,
      env: { ...cleanEnvironment(), ...sandbox.environment },
    });
    return finish(child, () => child.kill('SIGKILL'), killAfter);
  }

  async function finish(child: ReturnType<typeof spawn>, kill: () => void, killAfter: number) {
    let output = '';
    let created = 0;
    child.stderr!.on('data', (text) => {
      output += text;
    });
    child.stdout!.on('data', (text) => {
      output += text;
      created += String(text).match(/Creation complete/g)?.length ?? 0;
      if (created >= killAfter) kill();
    });
    const [status] = (await once(child, 'exit')) as [number | null];
    await Promise.all([child.stdout!, child.stderr!].map((stream) => stream.readableEnded || once(stream, 'close')));
    return { status, output };
  }

  const apply = (sandbox: Sandbox, killAfter?: number) =>
    terraform(sandbox, ['apply', '-auto-approve', '-input=false', '-no-color'], killAfter);

  /** Applies again, and checks that nothing is left to do. */
  async function converge(sandbox: Sandbox): Promise<string> {
    const { status, output } = await apply(sandbox);
    expect([status, output]).toEqual([0, expect.stringContaining('Apply complete!')]);
    expect((await terraform(sandbox, ['plan', '-detailed-exitcode'])).status).toBe(0);
    expect(sandbox.cloud.list('google_compute_network')).toHaveLength(1);
    return output;
  }

  test.each([1, 4, COUNT - 1])(
    'the next apply of the same sandbox converges after Terraform is killed at resource %i',
    async (killAfter) => {
      const sandbox = await start();
      try {
        await terraform(sandbox, ['init']);
        expect((await apply(sandbox, killAfter)).status).toBeNull();
        const network = sandbox.cloud.list('google_compute_network').map(({ values }) => values.numeric_id);
        const output = await converge(sandbox);
        expect(output).toMatch(/was created by a run that was\s+killed, and is adopted/);
        const adopted = sandbox.cloud.list('google_compute_network').map(({ values }) => values.numeric_id);
        if (network.length > 0) expect(adopted).toEqual(network);
      } finally {
        await sandbox.stop();
      }
    },
  );

  test.each([2, 6])('the next sandbox converges after the sandbox is killed at resource %i', async (killAfter) => {
    const first = await start();
    await terraform(first, ['init']);
    await first.stop();
    const command = [MAIN, 'sandbox', '--directory', directory, 'sh', '-c', 'echo $$ >pid; exec "$@"', 'sh', terraformBinary()];
    const child = spawn(process.execPath, [...command, 'apply', '-auto-approve', '-input=false', '-no-color'], { cwd: stack });
    const kill = () => {
      child.kill('SIGKILL');
      // Terraform repeats its last request to the sandbox until it is ended.
      process.kill(Number(readFileSync(join(stack, 'pid'), 'utf8')), 'SIGKILL');
    };
    await finish(child, kill, killAfter);
    const sandbox = await start();
    try {
      await converge(sandbox);
    } finally {
      await sandbox.stop();
    }
  });

  test('a local state: the next apply adopts what was created last', async () => {
    write({ local: {} });
    const sandbox = await start();
    try {
      await terraform(sandbox, ['init']);
      await apply(sandbox, 3);
      await converge(sandbox);
    } finally {
      await sandbox.stop();
    }
  });

  test('resources that a run did not leave behind are not adopted', async () => {
    const sandbox = await start();
    try {
      await terraform(sandbox, ['init']);
      expect((await apply(sandbox)).status).toBe(0);
      expect((await terraform(sandbox, ['state', 'rm', 'google_compute_network.main'])).status).toBe(0);
      const { status, output } = await apply(sandbox);
      expect(status).toBe(1);
      expect(output).toContain(`The resource '${NETWORK}' already exists, alreadyExists`);
    } finally {
      await sandbox.stop();
    }
  });

  test('a resource of another stack is not adopted while its run is at work', async () => {
    const sandbox = await start();
    try {
      await terraform(sandbox, ['init']);
      await apply(sandbox, 2);
      // The creation of the same network by another run, which still runs.
      sandbox.cloud.setSaved('google_compute_network', NETWORK);
      sandbox.cloud.setCreator('google_compute_network', NETWORK, 'another run');
      expect((await apply(sandbox)).output).toContain(`The resource '${NETWORK}' already exists, alreadyExists`);
    } finally {
      await sandbox.stop();
    }
  });

  test.each([
    ['the cloud', 'cloud.json', 1],
    ['the state', 'states/states/x%2Fdefault.tfstate', 0],
  ])('an apply fails while %s cannot be saved, and the next one converges', async (_, file) => {
    const sandbox = await start();
    try {
      await terraform(sandbox, ['init']);
      const obstacle = `${join(directory, file)}${UNFINISHED}`;
      mkdirSync(join(directory, 'states/states'), { recursive: true });
      mkdirSync(obstacle);
      const before = existsSync(join(directory, file)) ? readFileSync(join(directory, file), 'utf8') : undefined;
      const { status, output } = await apply(sandbox);
      expect(status).toBe(1);
      expect(output.replaceAll(/[\s│]+/g, ' ')).toContain('cannot be saved: is a folder. Its previous content is unchanged');
      if (before !== undefined) expect(readFileSync(join(directory, file), 'utf8')).toBe(before);
      rmSync(obstacle, { recursive: true });
      await converge(sandbox);
    } finally {
      await sandbox.stop();
    }
  });
});
