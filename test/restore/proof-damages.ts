import { generateKeyPairSync } from 'node:crypto';
import {
  createProof,
  type DrillProof,
  type DrillRecord,
  type ProofProblem,
  type ProofRequirements,
  type Verification,
} from '../../lib/recovery';

function createKeys() {
  return generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

const KEYS = createKeys();
const HOUR_MS = 3_600_000;
const ENDED = Date.parse('2026-11-29T04:25:00Z');

/** Requirements that an undamaged proof meets. */
export const REQUIREMENTS: ProofRequirements = {
  project: 'p',
  ring: 'staging-cassandra',
  configurationHash: 'abc',
  withinDays: 7,
  publicKey: KEYS.publicKey,
  now: new Date(ENDED + HOUR_MS),
};

/** Record of a drill with this verification. */
export function createRecord(verification: Verification): DrillRecord {
  return {
    ...{ formatVersion: 1, project: 'p', ring: 'staging-cassandra', configurationHash: 'abc', verification },
    zones: ['europe-west1-b'],
    assertions: [{ cql: 'SELECT count(*) FROM proof.orders', expect: '400', node: 'b', found: '400' }],
    startedAt: new Date(ENDED - HOUR_MS).toISOString(),
    endedAt: new Date(ENDED).toISOString(),
    ...{ rpoSeconds: 300, rtoSeconds: 290, diskSizesGiB: { b: 500 } },
  };
}

/** Signs a record as a drill does. */
export function signRecord(record: DrillRecord): DrillProof {
  return createProof(record, KEYS.privateKey);
}

/** Damage of the proof of a drill. */
export interface ProofDamage {
  readonly name: string;

  /** Creates the proof of a record, with the damage. */
  readonly create: (record: DrillRecord) => DrillProof;
  readonly requirements?: Partial<ProofRequirements>;
  readonly expected: ProofProblem['code'];
}

/** Damages that a check of a proof must find. */
export const PROOF_DAMAGES: readonly ProofDamage[] = [
  {
    ...{ name: 'proof with a later time', expected: 'altered' },
    create: (record) => ({ ...signRecord(record), record: { ...record, endedAt: new Date(ENDED + 1).toISOString() } }),
  },
  {
    ...{ name: 'proof with a row more', expected: 'altered' },
    create: (record) => {
      const [first, ...others] = record.verification.tables;
      const tables = [{ ...first!, rows: first!.rows + 1 }, ...others];
      return { ...signRecord(record), record: { ...record, verification: { ...record.verification, tables } } };
    },
  },
  {
    ...{ name: 'unsigned proof with another result', expected: 'altered', requirements: { publicKey: undefined } },
    create: (record) => ({ ...createProof({ ...record, assertions: [] }), result: 'PASSED' }),
  },
  {
    ...{ name: 'proof of another key', expected: 'altered' },
    create: (record) => createProof(record, createKeys().privateKey),
  },
  { name: 'proof without its signature', create: (record) => createProof(record), expected: 'not-signed' },
  {
    ...{ name: 'proof of a drill with a failed check', expected: 'failed' },
    create: (record) => signRecord(withCheck(record, 'failed')),
  },
  {
    ...{ name: 'proof of a drill with a check that was not run', expected: 'failed' },
    create: (record) => signRecord(withCheck(record, 'not-run')),
  },
  {
    ...{ name: 'proof of a drill without a check', expected: 'failed' },
    create: (record) => signRecord({ ...record, verification: { ...record.verification, checks: [] } }),
  },
  {
    ...{ name: 'proof of a drill with a failed assertion', expected: 'failed' },
    create: (record) => signRecord({ ...record, assertions: [{ ...record.assertions[0]!, found: '0' }] }),
  },
  {
    ...{ name: 'proof of a drill without assertions', expected: 'unverified' },
    create: (record) => signRecord({ ...record, assertions: [] }),
  },
  { name: 'proof of local VMs', create: (record) => signRecord({ ...record, isLocal: true }), expected: 'local' },
  { name: 'old proof', create: signRecord, requirements: { now: new Date(ENDED + 8 * 24 * HOUR_MS) }, expected: 'too-old' },
  { name: 'proof of tomorrow', create: signRecord, requirements: { now: new Date(ENDED - 24 * HOUR_MS) }, expected: 'from-the-future' },
  { name: 'proof of another ring', create: (record) => signRecord({ ...record, ring: 'other' }), expected: 'other-ring' },
  {
    ...{ name: 'proof of a drill of an old set', expected: 'set-too-old', requirements: { recoveryPointHours: 5 } },
    create: (record) => signRecord({ ...record, rpoSeconds: 394 * 24 * 3600 }),
  },
  {
    ...{ name: 'proof of another configuration', expected: 'other-configuration' },
    create: (record) => signRecord({ ...record, configurationHash: 'def' }),
  },
];

function withCheck(record: DrillRecord, outcome: 'failed' | 'not-run'): DrillRecord {
  const { checks } = record.verification;
  return { ...record, verification: { ...record.verification, checks: [...checks, { level: 4, code: 'rows', outcome, node: 'b' }] } };
}
