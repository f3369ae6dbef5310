import { RESURRECTION_RECORD } from '../../cassandra-contract/node-paths';
import { heartbeatDays, RESURRECTION_FILES, resurrectionSentence } from '../node-files/resurrection';
import { writeFiles } from './files';

/** Phase that refuses a node that was down longer than `gc_grace_seconds`. */
export const RESURRECTION = `
# --- rows that come back ---

# Each run of this script tries one start.
prepare_resurrection_check() {
${writeFiles(RESURRECTION_FILES)}  rm -f ${RESURRECTION_RECORD}
}

${heartbeatDays()}
refuse_resurrection() {
  if [[ -e ${RESURRECTION_RECORD} ]]; then
    # systemd waits to start it once more, and would not.
    systemctl stop cassandra || true
    refuse refused-resurrection "${resurrectionSentence('$ENVIRONMENT')}"
  fi
}
`;
