import { HEARTBEAT_FILE, RESURRECTION_FILES, RESURRECTION_RECORD } from '../node-files/resurrection';
import { writeFiles } from './files';

/** What becomes of a node that was down longer than deleted rows are remembered. */
export const RESURRECTION = `
# --- rows that come back ---

# Each run of this script tries one start.
prepare_resurrection_check() {
${writeFiles(RESURRECTION_FILES)}  rm -f ${RESURRECTION_RECORD}
}

# How long the node was down, from the file that Cassandra touches while it runs.
heartbeat_days() {
  echo $((($(date +%s) - $(stat -c %Y ${HEARTBEAT_FILE} 2>/dev/null || date +%s)) / 86400))
}

refuse_resurrection() {
  if [[ -e ${RESURRECTION_RECORD} ]]; then
    # systemd waits to start it once more, and would not.
    systemctl stop cassandra || true
    refuse refused-resurrection "this node was down for $(heartbeat_days) days, longer than deleted rows are remembered, and would bring them back: run gke-platform cassandra replace --lost-disk, or after the whole ring was stopped or restored gke-platform cassandra release $ENVIRONMENT"
  fi
}
`;
