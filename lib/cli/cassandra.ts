import { Command } from 'commander';
import { cassandraBackupsCommand } from './cassandra-backups';
import { cassandraDrillCommand } from './cassandra-drill';
import { cassandraRebuildCommand } from './cassandra-rebuild';
import { cassandraRecoverCommand } from './cassandra-recover';
import { cassandraReleaseCommand } from './cassandra-release';
import { cassandraReplaceCommand } from './cassandra-replace';
import { cassandraRestoreCommand } from './cassandra-restore';
import { cassandraRollingRestartCommand } from './cassandra-rolling-restart';
import { cassandraRolloutCommand } from './cassandra-rollout';
import { cassandraSecretsCommands } from './cassandra-secrets';
import { cassandraStartCommand } from './cassandra-start';
import { cassandraStatusCommand } from './cassandra-status';
import { cassandraStopCommand } from './cassandra-stop';
import { cassandraSuperuserCommand } from './cassandra-superuser';

/** `gke-platform cassandra`: operations on a ring. */
export function cassandraCommand(): Command {
  const command = new Command('cassandra').description('Operate the Cassandra ring of an environment.');
  for (const one of [
    ...cassandraSecretsCommands(),
    cassandraSuperuserCommand(),
    cassandraStatusCommand(),
    cassandraRollingRestartCommand(),
    cassandraRolloutCommand(),
    cassandraReplaceCommand(),
    cassandraReleaseCommand(),
    cassandraStopCommand(),
    cassandraStartCommand(),
    cassandraRestoreCommand(),
    cassandraRecoverCommand(),
    cassandraRebuildCommand(),
    cassandraBackupsCommand(),
    cassandraDrillCommand(),
  ])
    command.addCommand(one);
  return command;
}
