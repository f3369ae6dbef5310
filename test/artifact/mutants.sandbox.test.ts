import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readArtifact, verifyArtifact, writeCheckedArtifact } from '../../lib/artifact';
import { parseExactJson } from '../../lib/artifact/exact-json';
import { Sandbox, TerraformError } from '../../lib/sandbox';
import { readConfiguration } from '../../lib/terraform/configuration';
import { TerraformDocumentError } from '../../lib/terraform/errors';
import { describeWithTerraform } from '../support/terraform';
import { type Json, ref, smallTree, type Tree } from './hostile/tree';
import { mutateObject, Random } from './mutations';

const SEED = Number(process.env.SEED || 1);
const STACKS = 3;

/** Resource types with a copy for each mutant. */
const TYPES = [
  'google_compute_disk',
  'google_compute_firewall',
  'google_compute_network',
  'helm_release',
  'kubernetes_config_map_v1',
  'kubernetes_namespace_v1',
  'terraform_data',
];
const COPIES = 18;

/** Address of a resource in an error of Terraform. */
const BLAMED = /\b(?:in resource\.|with )([a-z][a-z0-9_]*)\.([A-Za-z0-9_-]+)/g;

describeWithTerraform('mutants that pass', () => {
  let folder: string;
  let sandbox: Sandbox;
  let server: Server;
  let connections = 0;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'mutants-'));
    mkdirSync(path.join(folder, 'marks'));
    writeFileSync(path.join(folder, 'secret'), 'SECRET-OF-THE-JOB');
    server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    sandbox = await Sandbox.start();
  });

  afterAll(async () => {
    await sandbox.stop();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  /** Values that would contact the listener, read the secret, or create a mark. */
  const attacks = (): Json[] => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const secret = path.join(folder, 'secret');
    const command = `touch ${path.join(folder, 'marks/ran')}`;
    return [
      url,
      secret,
      ref(`file("${secret}")`),
      ref(`file/**/("${secret}")`),
      `%{ if fileexists("${secret}") }${url}%{ endif }`,
      ref(`jsonencode(["${url}"])`),
      `${ref('path.module')}/../../../../../../../../..${secret}`,
      { provisioner: [{ 'local-exec': { command } }] },
      [[{ provisioner: { 'local-exec': { command } } }]],
      { chart: folder, name: 'a' },
      { repository: url, chart: 'a' },
      { postrender: { binary_path: 'touch', args: [path.join(folder, 'marks/ran')] } },
    ];
  };

  /** Tree in which each mutant has a resource of its own. */
  const createTree = (): Tree => {
    const tree = smallTree();
    for (const type of TYPES) {
      const body = structuredClone(tree.body(type));
      for (let copy = 0; copy < COPIES; copy++) {
        const text = JSON.stringify(body).replace(/"name":"[a-z]+"/, `"name":"mutant-${copy}"`);
        tree.add(type, `Mutant${copy}`, JSON.parse(text));
      }
    }
    return tree;
  };

  test('are planned as they were checked, without a connection, a file that is read, or a program that runs', async () => {
    let [planned, refusedByTerraform, refused] = [0, 0, 0];
    for (let stack = 0; stack < STACKS; stack++) {
      const valid = createTree();
      const work = path.join(folder, `stack-${stack}`);
      const side = (name: string): string => path.join(work, name);
      for (const name of ['base', 'head']) mkdirSync(side(name), { recursive: true });
      valid.write(side('base'));
      valid.write(side('head'));
      const base = readArtifact(side('base'));
      const isAccepted = (json: Json): boolean => {
        try {
          const configuration = readConfiguration(parseExactJson(Buffer.from(JSON.stringify(json))));
          return verifyArtifact({ ...base, stacks: [{ ...base.stacks[0]!, json: configuration }] }, base).length === 0;
        } catch (error) {
          if (error instanceof TerraformDocumentError) return false;
          throw error;
        }
      };

      const tree = createTree();
      const mutants = new Map<string, Json>();
      for (const type of TYPES) {
        for (let copy = 0; copy < COPIES; copy++) {
          const name = `Mutant${copy}`;
          const alone = { resource: { [type]: { [name]: valid.json.resource[type][name] } } };
          const random = new Random(SEED + (stack * TYPES.length + TYPES.indexOf(type)) * COPIES + copy, attacks());
          for (let attempt = 0; attempt < 20; attempt++) {
            const { [name]: body } = mutateObject(alone, random).resource?.[type] ?? {};
            if (body === undefined || JSON.stringify(body) === JSON.stringify(alone.resource[type]![name])) continue;
            const json = structuredClone(tree.json);
            json.resource[type][name] = body;
            if (!isAccepted(json)) {
              refused++;
              continue;
            }
            tree.json.resource[type][name] = body;
            mutants.set(`${type}.${name}`, body);
            break;
          }
        }
      }

      // What the schema refuses is removed, until the rest can be planned.
      for (let attempt = 0; ; attempt++) {
        writeFileSync(path.join(side('head'), 'stacks/staging/cdk.tf.json'), JSON.stringify(tree.json));
        const head = readArtifact(side('head'));
        expect(verifyArtifact(head, base)).toEqual([]);
        const checked = side(`checked-${attempt}`);
        writeCheckedArtifact(head, base, checked);
        try {
          const plan = await sandbox.plan(path.join(checked, 'stacks/staging'));
          compare(head.stacks[0]!.json, plan.json);
          expect(/.{0,300}SECRET-OF-THE-JOB/.exec(JSON.stringify(plan.json))?.[0]).toBeUndefined();
          planned += mutants.size;
          break;
        } catch (error) {
          if (!(error instanceof TerraformError) || attempt > 8) throw error;
          const blamed = [...error.message.matchAll(BLAMED)].map(([, type, name]) => [type!, name!] as const);
          const removed = blamed.filter(([type, name]) => mutants.delete(`${type}.${name}`));
          if (removed.length === 0) throw error;
          refusedByTerraform += removed.length;
          for (const [type, name] of removed) delete tree.json.resource[type][name];
        }
      }
    }
    process.stderr.write(`${planned} mutants are planned; ${refused} were refused, and ${refusedByTerraform} by Terraform\n`);
    expect(planned).toBeGreaterThanOrEqual(200);
    expect(connections).toBe(0);
    expect(readdirSync(path.join(folder, 'marks'))).toEqual([]);
    expect(readFileSync(path.join(folder, 'secret'), 'utf8')).toBe('SECRET-OF-THE-JOB');
  });
});

/** Compares addresses, and the arguments that are plain texts, numbers and booleans. */
function compare(checked: Json, plan: Json): void {
  const planned = new Map<string, Json>();
  for (const { address, values } of plan.planned_values.root_module.resources) planned.set(address.replace(/\[.*\]$/, ''), values);
  const expected = Object.entries<Json>(checked.resource).flatMap(([type, named]) =>
    Object.entries<Json>(named).map(([name, body]) => [`${type}.${name}`, body] as const),
  );
  const isCreated = (body: Json): boolean => body.count !== 0;
  expect([...planned.keys()].sort()).toEqual(
    expected
      .filter(([, body]) => isCreated(body))
      .map(([address]) => address)
      .sort(),
  );
  for (const [address, body] of expected) {
    for (const [name, value] of Object.entries(body)) {
      if (['string', 'number', 'boolean'].includes(typeof value) && name in (planned.get(address) ?? {}) && !/[$%]\{/.test(String(value)))
        expect([address, name, String(planned.get(address)[name])]).toEqual([address, name, String(value)]);
    }
  }
}
