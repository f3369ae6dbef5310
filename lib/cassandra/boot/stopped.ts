import { STOPPED_FILE } from '../../cassandra-contract/node-paths';

/** Phase that leaves a node alone that an operator stopped: neither its disk nor Cassandra is touched, at a boot either. */
export const STOPPED = `
# --- stopped by an operator ---

heed_operator() {
  if [[ -e ${STOPPED_FILE} ]]; then
    report stopped-by-operator "an operator stopped this node: start the ring with gke-platform cassandra start $ENVIRONMENT"
    exit 0
  fi
}
`;
