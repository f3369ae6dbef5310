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
    .option('--lost', 'no password of the superuser is known: reset it to the one in Secret Manager, with two restarts of one node', false)
    .option('--break-lock', 'take over the lock of a command that is no more', false)
    .addHelpText(
      'after',
      `
A new version of the secret is made, and the role is altered with the version before. It is done when every node was logged in to with
the new password and refused the old one. Interrupted, the same command goes on. No value is printed.

With --lost no login is needed: the first node restarts with logins off and CQL on loopback alone, the role gets the newest version of the
secret, and the node restarts as it was. Refused unless the ring is whole.

Exit codes: 0 done, 1 failed, 2 another command is at work on the ring.

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
      process.stdout.write(`version ${version} is the password of the superuser of ${ring.name}\n`);
    });
  });
}
