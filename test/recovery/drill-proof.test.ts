import { generateKeyPairSync } from 'node:crypto';
import {
  type Check,
  checkProof,
  createProof,
  type DrillRecord,
  describeProofProblem,
  type ProofRequirements,
  requireProof,
} from '../../lib/recovery';

const keys = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const passed: Check = { level: 4, code: 'rows', outcome: 'passed', node: 'b' };
const record: DrillRecord = {
  formatVersion: 1,
  project: 'p',
  ring: 'staging-cassandra',
  configurationHash: 'abc',
  zones: ['europe-west1-b'],
  verification: { set: '20261129-041500', checks: [passed], tables: [], seconds: { boot: 9 } },
  assertions: [{ cql: 'SELECT count(*) FROM shop.orders', expect: '3', node: 'b', found: '3' }],
  startedAt: '2026-11-29T04:20:00Z',
  endedAt: '2026-11-29T04:25:00Z',
  rpoSeconds: 300,
  rtoSeconds: 290,
  diskSizesGiB: { b: 500 },
};
const required: ProofRequirements = {
  project: 'p',
  ring: 'staging-cassandra',
  configurationHash: 'abc',
  withinDays: 7,
  publicKey: keys.publicKey,
  now: new Date('2026-11-30T00:00:00Z'),
};
const check = (changes: Partial<DrillRecord>, more: Partial<ProofRequirements> = {}) =>
  checkProof(createProof({ ...record, ...changes }, keys.privateKey), { ...required, ...more })?.code;
const withChecks = (checks: readonly Check[]): Partial<DrillRecord> => ({ verification: { ...record.verification, checks } });

test('a proof of a drill that passed is accepted, whatever the order of its keys', () => {
  const proof = createProof(record, keys.privateKey);
  expect(proof.result).toBe('PASSED');
  const { result, record: content, signature } = proof;
  const reordered = { signature, result, record: Object.fromEntries(Object.entries(content).reverse()) };
  expect(checkProof(requireProof(reordered, 'proof.json'), required)).toBeUndefined();
});

test.each<[string, Partial<DrillRecord>, Partial<ProofRequirements>, string]>([
  ['a check failed', withChecks([passed, { ...passed, outcome: 'failed' }]), {}, 'failed'],
  ['a check was not run', withChecks([passed, { ...passed, outcome: 'not-run' }]), {}, 'failed'],
  ['there are no checks', withChecks([]), {}, 'failed'],
  ['an assertion found another value', { assertions: [{ cql: 'a', expect: '3', node: 'b', found: '2' }] }, {}, 'failed'],
  ['an assertion found nothing', { assertions: [{ cql: 'a', expect: '3', node: 'b' }] }, {}, 'failed'],
  ['the application has no assertions', { assertions: [] }, {}, 'unverified'],
  ['it is of local VMs', { isLocal: true }, {}, 'local'],
  ['it is older than the limit', {}, { now: new Date('2026-12-07T00:00:00Z') }, 'too-old'],
  ['it is from the future', {}, { now: new Date('2026-11-29T00:00:00Z') }, 'from-the-future'],
  ['its time is no time', { endedAt: 'yesterday' }, {}, 'from-the-future'],
  ['it is of another ring', { ring: 'production-cassandra' }, {}, 'other-ring'],
  ['it is of another project', { project: 'q' }, {}, 'other-ring'],
  ['the configuration has changed', {}, { configurationHash: 'def' }, 'other-configuration'],
  ['its set was older than the ring promises', { rpoSeconds: 5 * 3600 + 1 }, { recoveryPointHours: 5 }, 'set-too-old'],
  ['its set is older than the limit, and the ring promises nothing', { rpoSeconds: 7 * 86_400 + 1 }, {}, 'set-too-old'],
  [
    'its set is a copy that is older than the limit',
    { copies: 'vault', rpoSeconds: 7 * 86_400 + 1 },
    { recoveryPointHours: 5 },
    'set-too-old',
  ],
  ['the age of its set is unknown', { rpoSeconds: undefined }, {}, 'set-too-old'],
])('a proof is refused when %s', (_, changes, more, code) => {
  expect(check(changes, more)).toBe(code);
});

test('a set may be as old as the ring promises, and a copy as old as the drill', () => {
  expect(check({ rpoSeconds: 5 * 3600 }, { recoveryPointHours: 5 })).toBeUndefined();
  expect(check({ rpoSeconds: 5 * 3600 + 1 })).toBeUndefined();
  expect(check({ copies: 'vault', rpoSeconds: 7 * 86_400 }, { recoveryPointHours: 5 })).toBeUndefined();
});

test('a set that is too old is described with its age', () => {
  const problem = checkProof(createProof({ ...record, rpoSeconds: 394 * 86_400 }, keys.privateKey), { ...required, recoveryPointHours: 5 });
  expect(describeProofProblem(problem!)).toBe('the latest drill was of a set that was 394 d old, and at most 5 h are allowed');
  const unknown = checkProof(createProof({ ...record, rpoSeconds: undefined }, keys.privateKey), required);
  expect(describeProofProblem(unknown!)).toBe('the latest drill was of a set of unknown age, and at most 7 d are allowed');
});

test('a proof that was changed after it was signed is refused', () => {
  const proof = createProof(record, keys.privateKey);
  for (const altered of [
    { ...proof, record: { ...record, endedAt: '2026-11-29T23:00:00Z' } },
    { ...proof, result: 'UNVERIFIED' as const },
    { ...proof, signature: { ...proof.signature!, value: Buffer.alloc(64).toString('base64') } },
  ]) {
    expect(checkProof(altered, required)).toEqual({ code: 'altered' });
  }
  const failed = createProof({ ...record, assertions: [] });
  expect(checkProof({ ...failed, result: 'PASSED' }, { ...required, publicKey: undefined })).toEqual({ code: 'altered' });
});

test('a proof without a signature is refused when a key is given', () => {
  expect(checkProof(createProof(record), required)).toEqual({ code: 'not-signed' });
  expect(checkProof(createProof(record), { ...required, publicKey: undefined })).toBeUndefined();
});

test('a proof that another key signed is refused', () => {
  const other = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  expect(checkProof(createProof(record, other.privateKey), required)).toEqual({ code: 'altered' });
});

test('a key of another kind is refused', () => {
  const rsa = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  expect(() => createProof(record, rsa.privateKey)).toThrow('the private key of drill proofs must be an Ed25519 key in PEM, got rsa');
  expect(() => createProof(record, 'no key')).toThrow('the private key of drill proofs cannot be read: ');
});

test.each<[string, unknown]>([
  ['a list', []],
  ['no record', { result: 'PASSED' }],
  ['another version', { record: { ...record, formatVersion: 2 } }],
  ['no time', { record: { ...record, endedAt: undefined } }],
  ['a check without an outcome', { record: { ...record, verification: { checks: [{}] } } }],
  ['no assertions', { record: { ...record, assertions: undefined } }],
  ['no zones', { record: { ...record, zones: undefined } }],
])('a file with %s is no proof', (_, json) => {
  expect(() => requireProof(json, 'proof.json')).toThrow("'proof.json' is not a proof of a drill: ");
});
