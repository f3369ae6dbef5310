/** systemd unit of Cassandra. */
export const CASSANDRA_SERVICE = 'cassandra.service';

/** systemd unit of a node's own repair; its timer has the same name. */
export const REPAIR_UNIT = 'cassandra-repair';

/** systemd unit in which Google's guest agent runs the startup script. */
export const STARTUP_SCRIPT_SERVICE = 'google-startup-scripts.service';

/** Command that runs the startup script again. The script never restarts a running Cassandra. */
export const RUN_STARTUP_SCRIPT = `systemctl restart ${STARTUP_SCRIPT_SERVICE}`;
