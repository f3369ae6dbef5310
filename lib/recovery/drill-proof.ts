import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { stableJson } from '../core/stable-json';
import { formatDuration } from '../operations/findings';
import { isBlock } from '../terraform/values';
import type { Assertion } from './assertions';
import { RecoveryError } from './recovery-error';
import { isVerified, type Verification } from './verification';

/** Result of a drill. `UNVERIFIED`: all checks passed, and no assertion of the application was given. */
export type DrillResult = 'PASSED' | 'UNVERIFIED' | 'FAILED';

/** Result of an assertion of the application on one clone. */
export interface AssertionResult extends Assertion {
  readonly node: string;

  /** First column of the first row; undefined when the statement failed or found no row. */
  readonly found?: string;
}

/** Content of a proof. */
export interface DrillRecord {
  readonly formatVersion: 1;
  readonly project: string;
  readonly ring: string;

  /** Hash of the configuration of the ring, from `hashRingConfiguration`. */
  readonly configurationHash: string;

  /** The drill was of local VMs in a sandbox, and is no proof for Google Cloud. @default - it was of Google Cloud */
  readonly isLocal?: true;

  /** Project of the copies that were drilled. @default - a set of the ring's own project was */
  readonly copies?: string;

  /** Zones whose disks were read. */
  readonly zones: readonly string[];
  readonly verification: Verification;
  readonly assertions: readonly AssertionResult[];

  /** Start and end of the drill, in ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;

  /** Age of the set at the start of the drill: writes of this time would be lost. @default - there was no set */
  readonly rpoSeconds?: number;

  /** Time from the first clone to the report of the last row that was read. @default - not all rows were read */
  readonly rtoSeconds?: number;

  /** Sizes of the restored disks, by name of the node. */
  readonly diskSizesGiB: Readonly<Record<string, number>>;
}

/** Proof of a drill: its record, its result, and a signature over both. */
export interface DrillProof {
  readonly record: DrillRecord;
  readonly result: DrillResult;

  /** Ed25519 signature in base64, and the SHA-256 of the public key. @default - not signed */
  readonly signature?: { readonly key: string; readonly value: string };
}

/** Result of a record: a check that was not run is no pass. */
export function decideResult({ verification, assertions, configurationHash }: DrillRecord): DrillResult {
  if (!isVerified(verification) || configurationHash === '') return 'FAILED';
  if (assertions.some(({ expect, found }) => found !== expect)) return 'FAILED';
  return assertions.length === 0 ? 'UNVERIFIED' : 'PASSED';
}

/**
 * Creates the proof of a record.
 *
 * @param key private key in PEM, for Ed25519. @default - the proof is not signed
 * @throws RecoveryError if the key cannot be used
 */
export function createProof(record: DrillRecord, key?: string): DrillProof {
  const content = { record, result: decideResult(record) };
  if (key === undefined) return content;
  const privateKey = readKey(() => createPrivateKey(key), 'private');
  const value = sign(null, encode(content), privateKey).toString('base64');
  return { ...content, signature: { key: fingerprint(createPublicKey(privateKey)), value } };
}

/** Checks that a key can sign proofs. @param key private key in PEM, for Ed25519. @throws RecoveryError if it cannot */
export function requireSigningKey(key: string): void {
  readKey(() => createPrivateKey(key), 'private');
}

/** Reasons why a proof does not vouch for the backups of a ring. */
export type ProofProblem =
  | { readonly code: 'failed' }
  | { readonly code: 'unverified' }
  | { readonly code: 'local' }
  | { readonly code: 'not-signed' }
  | { readonly code: 'altered' }
  | { readonly code: 'too-old'; readonly days: number; readonly limit: number }
  | { readonly code: 'from-the-future'; readonly endedAt: string }
  /** Age of the set at the start of the drill, if it is known, and the maximum in hours. */
  | { readonly code: 'set-too-old'; readonly seconds?: number; readonly limitHours: number }
  | { readonly code: 'other-ring'; readonly ring: string }
  | { readonly code: 'other-configuration' };

/** Requirements of a proof. */
export interface ProofRequirements {
  readonly project: string;
  readonly ring: string;
  readonly configurationHash: string;

  /** Maximum age in days. */
  readonly withinDays: number;

  /**
   * Maximum age of the set at the start of the drill, in hours: what the ring promises. Of copies, whose promise is in another stack, it is
   * that of `withinDays`.
   *
   * @default - that of `withinDays`
   */
  readonly recoveryPointHours?: number;

  /** Public key in PEM. @default - the signature is not checked */
  readonly publicKey?: string;

  /** @default - now */
  readonly now?: Date;
}

/**
 * Checks the signature of a proof.
 *
 * @param publicKey in PEM, for Ed25519
 * @returns the problem; undefined if there is none
 * @throws RecoveryError if the key cannot be used
 */
export function checkSignature({ record, result, signature }: DrillProof, publicKey: string): 'not-signed' | 'altered' | undefined {
  const key = readKey(() => createPublicKey(publicKey), 'public');
  if (signature === undefined) return 'not-signed';
  return verify(null, encode({ record, result }), key, Buffer.from(signature.value, 'base64')) ? undefined : 'altered';
}

/** Checks a proof. @returns the first problem; undefined if there is none */
export function checkProof(proof: DrillProof, requirements: ProofRequirements): ProofProblem | undefined {
  const { record } = proof;
  const { project, ring, configurationHash, withinDays, publicKey, now = new Date() } = requirements;
  const unsigned = publicKey === undefined ? undefined : checkSignature(proof, publicKey);
  if (unsigned !== undefined) return { code: unsigned };
  const result = decideResult(record);
  if (result !== proof.result) return { code: 'altered' };
  if (result === 'FAILED') return { code: 'failed' };
  if (result === 'UNVERIFIED') return { code: 'unverified' };
  if (record.isLocal) return { code: 'local' };
  if (record.project !== project || record.ring !== ring) return { code: 'other-ring', ring: `${record.project}/${record.ring}` };
  const days = (now.getTime() - Date.parse(record.endedAt)) / 86_400_000;
  if (!(days >= 0)) return { code: 'from-the-future', endedAt: record.endedAt };
  if (days > withinDays) return { code: 'too-old', days: Math.floor(days), limit: withinDays };
  const limit = (record.copies === undefined ? requirements.recoveryPointHours : undefined) ?? withinDays * 24;
  const age = record.rpoSeconds ?? Number.NaN;
  if (!(age <= limit * 3600)) return { code: 'set-too-old', seconds: record.rpoSeconds, limitHours: limit };
  return record.configurationHash === configurationHash ? undefined : { code: 'other-configuration' };
}

/** Reason, as a clause, why a proof does not vouch for the backups of a ring. */
export function describeProofProblem(problem: ProofProblem): string {
  switch (problem.code) {
    case 'failed':
      return 'the latest drill of its backups failed';
    case 'unverified':
      return 'the latest drill of its backups had no assertions of the application';
    case 'local':
      return 'the latest drill was of local VMs, and not of its backups in Google Cloud';
    case 'not-signed':
      return 'the proof of the latest drill is not signed';
    case 'altered':
      return 'the proof of the latest drill was not signed with the given key, or was altered';
    case 'too-old':
      return `the latest drill of its backups is ${problem.days} days old, and ${problem.limit} are allowed`;
    case 'from-the-future':
      return `the proof of the latest drill has a time that is not in the past: ${problem.endedAt}`;
    case 'set-too-old': {
      const { seconds, limitHours } = problem;
      const age = seconds === undefined ? 'of unknown age' : `that was ${formatDuration(seconds)} old`;
      return `the latest drill was of a set ${age}, and at most ${formatDuration(limitHours * 3600)} are allowed`;
    }
    case 'other-ring':
      return `the proof is of another ring: ${problem.ring}`;
    case 'other-configuration':
      return 'the latest drill was of another configuration of the ring';
  }
}

/**
 * Checks the form of a proof.
 *
 * @param file its name, for errors
 * @throws RecoveryError if the JSON is no proof
 */
export function requireProof(json: unknown, file: string): DrillProof {
  const problem = findFormatProblem(json);
  if (problem !== undefined) throw new RecoveryError(`'${file}' is not a proof of a drill: ${problem}`);
  return json as DrillProof;
}

function findFormatProblem(proof: unknown): string | undefined {
  if (!isBlock(proof) || !isBlock(proof.record)) return "'record' must be an object";
  const { record, signature } = proof;
  if (record.formatVersion !== 1) return `'record.formatVersion' must be 1, got ${JSON.stringify(record.formatVersion)}`;
  for (const name of ['project', 'ring', 'configurationHash', 'startedAt', 'endedAt']) {
    if (typeof record[name] !== 'string') return `'record.${name}' must be a text`;
  }
  const { verification, assertions, zones, rpoSeconds } = record;
  if (!Array.isArray(zones) || !zones.every((zone) => typeof zone === 'string')) return "'record.zones' must be a list of texts";
  if (rpoSeconds !== undefined && typeof rpoSeconds !== 'number') return "'record.rpoSeconds' must be a number";
  if (!isBlock(verification) || !Array.isArray(verification.checks)) return "'record.verification.checks' must be a list";
  if (!verification.checks.every((check) => isBlock(check) && typeof check.outcome === 'string')) return 'a check has no outcome';
  if (!Array.isArray(assertions) || !assertions.every((each) => isBlock(each) && typeof each.expect === 'string')) {
    return "'record.assertions' must be a list of objects with 'expect'";
  }
  if (signature !== undefined && !(isBlock(signature) && typeof signature.value === 'string')) return "'signature.value' must be a text";
  return undefined;
}

/** Bytes that are signed, independent of the form of the file. */
function encode(content: Omit<DrillProof, 'signature'>): Buffer {
  return Buffer.from(stableJson(content));
}

function readKey(read: () => KeyObject, kind: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw new RecoveryError(`the ${kind} key of drill proofs cannot be read: ${(error as Error).message}`);
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new RecoveryError(`the ${kind} key of drill proofs must be an Ed25519 key in PEM, got ${key.asymmetricKeyType}`);
}

function fingerprint(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}
