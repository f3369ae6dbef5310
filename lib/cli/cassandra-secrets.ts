import { isIP } from 'node:net';
import { type Command, InvalidArgumentError } from 'commander';
import { RING_LABEL } from '../cassandra-contract/labels';
import { RUN_STARTUP_SCRIPT } from '../cassandra-contract/units';
import { RefusedError, ReportedError } from '../core/reported-error';
import type * as Operations from '../operations';
import { progress, type RingOptions, requireNode, ringCommand } from './cassandra-ring';
import { readStack, reportingErrors, synthesize } from './synthesized-stack';

interface SecretsOptions extends RingOptions {
  readonly address: Readonly<Record<string, string>>;
}

interface RenewOptions extends SecretsOptions {
  readonly node?: string;
  readonly ca: boolean;
  readonly nodesHaveIt: boolean;
}

/** `gke-platform cassandra init-secrets` and `renew-secrets`. */
export function cassandraSecretsCommands(): Command[] {
  const init = secretsCommand('init-secrets')
    .description("Create the ring's CA, a key and certificate for each node, and the superuser's password, in Secret Manager.")
    .addHelpText(
      'after',
      `
Existing secrets are never changed: run the command again after a node was added or a run was interrupted. Reports secrets that do not
match. No value is printed, and none passes through Terraform.

Credentials: GOOGLE_OAUTH_ACCESS_TOKEN, the account of gcloud, or the service account of the machine.
Exit codes: 0 all secrets exist and match, 1 failed or secrets do not match.

Examples:
  gke-platform cassandra init-secrets staging`,
    )
    .action((stack: string, options: SecretsOptions) => reportingErrors(() => initSecrets(stack, options)));

  const renew = secretsCommand('renew-secrets')
    .description('Issue new keys and certificates to the nodes, or take the next step of the CA renewal.')
    .option('--node <name>', 'only this node')
    .option('--ca', 'take the next of the three steps of the CA renewal', false)
    .option('--nodes-have-it', 'confirm that every node has taken the previous step', false)
    .addHelpText(
      'after',
      `
A CA is renewed in three steps, during which nodes trust each other all the time: trust the new CA beside the old one; certificates by the
new CA; forget the old CA. The secrets show which step is next. Every node has to take a step before the next one: its startup script does
so, without a restart of Cassandra. --nodes-have-it confirms that all nodes have.

Exit codes: 0 done, 1 failed, 2 refused.

Examples:
  gke-platform cassandra renew-secrets staging
  gke-platform cassandra renew-secrets staging --node b
  gke-platform cassandra renew-secrets staging --ca`,
    )
    .action((stack: string, options: RenewOptions) => reportingErrors(() => renewSecrets(stack, options)));
  return [init, renew];
}

async function initSecrets(stack: string, options: SecretsOptions): Promise<void> {
  await withSecrets(stack, options, async (secrets) => {
    await secrets.init();
    for (const warning of await secrets.expiring()) progress(`${warning}: gke-platform cassandra renew-secrets ${stack}`);
  });
}

async function renewSecrets(stack: string, options: RenewOptions): Promise<void> {
  if (options.ca && options.node !== undefined) throw new ReportedError('--node cannot be combined with --ca: a CA is shared by all nodes');
  await withSecrets(stack, options, async (secrets) => {
    if (options.ca) {
      const step = await secrets.nextRenewalStep();
      if (step !== 'trust the new CA' && !options.nodesHaveIt) {
        throw new RefusedError(
          `the next step is '${step}': pass --nodes-have-it once the startup script of every node has run since the previous step`,
        );
      }
      progress(step);
      await secrets.renewAuthority(step);
    } else {
      await secrets.renewCertificates(options.node);
    }
    progress(`A node takes them when its startup script runs: at boot, or with 'sudo ${RUN_STARTUP_SCRIPT}'.`);
  });
}

async function withSecrets(
  stack: string,
  options: SecretsOptions & Pick<RenewOptions, 'node'>,
  action: (secrets: Operations.RingSecrets) => Promise<void>,
): Promise<void> {
  const { RingSecrets, findRing } = require('../operations') as typeof Operations;
  const { outDir, synth, ring: name, address: addresses, node } = options;
  if (synth) synthesize(outDir);
  const synthesized = readStack(outDir, stack);
  const ring = findRing(synthesized, name);
  for (const named of [...Object.keys(addresses), ...(node === undefined ? [] : [node])]) requireNode(ring, named);
  const store = await secretStore(ring);
  progress(`secrets of ${ring.name} in project ${ring.project}:`);
  const onSecret = ({ name, outcome }: Operations.SecretOutcome): void => {
    process.stdout.write(`${name} ${outcome}\n`);
  };
  await action(new RingSecrets({ ring, store, addresses, onSecret }));
}

/** Opens Secret Manager of a ring's project. */
export async function secretStore(ring: Operations.Ring): Promise<Operations.SecretManager> {
  const { accessToken, ENDPOINT_VARIABLE, SecretManager } = require('../operations') as typeof Operations;
  const { project, region } = ring;
  const token = await accessToken(process.env);
  return new SecretManager({
    project,
    region,
    token,
    endpoint: process.env[ENDPOINT_VARIABLE],
    labels: { [RING_LABEL]: ring.name },
  });
}

function secretsCommand(name: string): Command {
  return ringCommand(name).option('--address <node=address>', 'address of a node without one in the stack; repeatable', parseAddress, {});
}

function parseAddress(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, node, address] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (node === undefined || address === undefined || isIP(address) === 0)
    throw new InvalidArgumentError('must be a node and its address, such as b=10.0.0.11.');
  return { ...before, [node]: address };
}
