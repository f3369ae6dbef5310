import { LOG_DIRECTORY } from '../../cassandra-contract/node-paths';
import { JMX_PORT } from '../../cassandra-contract/ports';
import type { NodeFile } from './node-file';

/** Configuration of Google's Ops Agent: Cassandra's metrics by JMX on loopback, and its logs. */
export const OPS_AGENT_FILE: NodeFile = {
  path: '/etc/google-cloud-ops-agent/config.yaml',
  content: `# Besides what the agent has without a configuration: memory, disks, syslog.
metrics:
  receivers:
    cassandra:
      type: cassandra
      # JMX listens on loopback only, so nothing is opened for it.
      endpoint: localhost:${JMX_PORT}
      collection_interval: 60s
  service:
    pipelines:
      cassandra:
        receivers: [cassandra]
logging:
  receivers:
    cassandra_system:
      type: cassandra_system
    cassandra_gc:
      type: cassandra_gc
    # Logins and changes of roles and tables, apart from the rest.
    cassandra_audit:
      type: files
      include_paths: [${LOG_DIRECTORY}/audit.log]
  service:
    pipelines:
      cassandra:
        receivers: [cassandra_system, cassandra_gc, cassandra_audit]
`,
};
