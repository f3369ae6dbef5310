export { ROW_READER } from '../../cassandra/node-files/row-reader';
