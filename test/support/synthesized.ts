export { Synthesized } from '../../lib/testing';
