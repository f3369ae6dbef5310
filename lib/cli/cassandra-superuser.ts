import type { Command } from 'commander';
import type * as Operations from '../operations';
import { progress, type RingOptions, ringCommand, withRing } from './cassandra-ring';
import { secretStore } from './cassandra-secrets';
import { withRingLock } from './ring-lock';
import { reportingErrors } from './synthesized-stack';

interface SuperuserCommandOptions extends RingOptions {
  readonly lost: boolean;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra renew-superuser`. */
export function cassandraSuperuserCommand(): Command {
  return ringCommand('renew-superuser')
    .description("Give the ring's superuser a new password, in Secret Manager and in Cassandra.")
    .option('--lost', "reset the superuser's password when no valid one is known, with two restarts of one node", false)
    .option('--break-lock', 'take over a stale lock of the ring', false)
    .addHelpText(
      'after',
      `
Adds a version to the secret and alters the role, logged in with the previous version. Completes when every node accepts the new password
and rejects the old one. Run the same command again to resume an interrupted renewal. No value is printed.

With --lost no login is needed: the first node restarts with authentication off and CQL on loopback only, the role is set to the newest
version of the secret, and the node restarts with its normal configuration. Refused unless the ring is healthy.

Exit codes: 0 done, 1 failed, 2 another operation holds the ring lock.

Examples:
  gke-platform cassandra renew-superuser staging
  gke-platform cassandra renew-superuser staging --lost`,
    )
    .action((stack: string, options: SuperuserCommandOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: SuperuserCommandOptions): Promise<void> {
  await withRing(stack, options, async (ring, shell) => {
    const { renewSuperuser, resetSuperuser } = require('../operations') as typeof Operations;
    const store = await secretStore(ring);
    await withRingLock({ ring, shell, what: 'renew-superuser', breakLock: options.breakLock }, async () => {
      const version = await (options.lost ? resetSuperuser : renewSuperuser)({ shell, ring, store, onProgress: progress });
      process.stdout.write(`version ${version} of the secret is the password of the superuser of ${ring.name}\n`);
    });
  });
}
