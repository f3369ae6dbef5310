// Needed by the X.509 library, and loaded before it.
import 'reflect-metadata';
import { createPrivateKey, type KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** Validity of a CA in years. */
export const CA_YEARS = 10;

/** Validity of a node's certificate in years. */
export const NODE_YEARS = 2;

// P-256: supported by every JVM and OpenSSL; a handshake costs a tenth of that with RSA.
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

x509.cryptoProvider.set(webcrypto as never);

const DAY_MS = 24 * 60 * 60 * 1000;

/** Tolerated clock skew: certificates are valid from an hour before their creation. */
const SKEW_MS = 60 * 60 * 1000;

/** Certificate authority: its certificate and key, as PEM. */
export interface CertificateAuthority {
  readonly certificate: string;

  /** PKCS#8. */
  readonly key: string;
}

/** Days over which the expiry dates of a ring's certificates are spread. */
export const SPREAD_DAYS = 90;

/** Subject of a node's certificate. */
export interface NodeIdentity {
  readonly vm: string;
  readonly address: string;

  /** Days by which the validity is shorter than `NODE_YEARS` years. @default 0 */
  readonly daysEarlier?: number;
}

/** Creates the CA of a ring, optionally for an existing key. */
export async function createAuthority(ring: string, now: Date, key?: string): Promise<CertificateAuthority> {
  const keys = key === undefined ? await generateKeys() : await importKeys(key);
  const serialNumber = createSerial();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    // Two CAs of a ring have different names.
    name: [{ CN: [`${ring} CA ${serialNumber.slice(0, 8)}`] }],
    ...validity(now, CA_YEARS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), key: key ?? (await exportKey(keys.privateKey)) };
}

/**
 * Creates a key and a certificate for a node.
 *
 * @returns PEM of the key, the certificate and the CA's certificate
 */
export async function createNodeIdentity(
  authority: CertificateAuthority,
  { vm, address, daysEarlier = 0 }: NodeIdentity,
  now: Date,
): Promise<string> {
  const ca = new x509.X509Certificate(authority.certificate);
  const keys = await generateKeys();
  const { notBefore, notAfter } = validity(now, NODE_YEARS);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: createSerial(),
    subject: [{ CN: [vm] }],
    issuer: ca.subjectName,
    notBefore,
    notAfter: new Date(Math.min(notAfter.getTime() - daysEarlier * DAY_MS, ca.notAfter.getTime())),
    publicKey: keys.publicKey,
    signingKey: (await importKeys(authority.key)).privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      // A node is a server to clients, and server and client to other nodes.
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'ip', value: address },
        { type: 'dns', value: vm },
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(ca.publicKey),
    ],
  });
  return `${await exportKey(keys.privateKey)}${pem(certificate)}${authority.certificate}`;
}

/** Parses the certificates in a text of PEM blocks. */
export function parseCertificates(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** Parses the private key in a text of PEM blocks. */
export function parsePrivateKey(text: string): KeyObject | undefined {
  const [block] = text.match(/-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/) ?? [];
  return block === undefined ? undefined : createPrivateKey(block);
}

/** Checks that a CA signed a certificate. */
export function isIssuedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** Computes the days until a certificate expires; negative afterwards. */
export function daysUntilExpiry(certificate: X509Certificate, now: Date): number {
  return Math.floor((Date.parse(certificate.validTo) - now.getTime()) / DAY_MS);
}

function validity(now: Date, years: number): { notBefore: Date; notAfter: Date } {
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(now.getUTCFullYear() + years);
  return { notBefore: new Date(now.getTime() - SKEW_MS), notAfter };
}

/** Creates a positive serial number of 16 random bytes. */
function createSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

/** Imports a key pair from PKCS#8. */
async function importKeys(key: string): Promise<webcrypto.CryptoKeyPair> {
  const { d, ...publicHalf } = createPrivateKey(key).export({ format: 'jwk' });
  const load = (jwk: object, use: 'sign' | 'verify') => webcrypto.subtle.importKey('jwk', jwk, ALGORITHM, true, [use]);
  const [privateKey, publicKey] = await Promise.all([load({ ...publicHalf, d }, 'sign'), load(publicHalf, 'verify')]);
  return { privateKey, publicKey };
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return `${createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' })}`;
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}
