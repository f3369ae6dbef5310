import { randomBytes, type X509Certificate } from 'node:crypto';
import { authorityKeySecret, authoritySecret, nodeSecret, superuserSecret } from '../../cassandra-contract/secret-names';
import { RefusedError } from '../../core/reported-error';
import { OperationsError } from '../operations-error';
import type { Ring, RingNode } from '../ring';
import {
  type CertificateAuthority,
  createAuthority,
  createNodeIdentity,
  daysUntilExpiry,
  isIssuedBy,
  type NodeIdentity,
  parseCertificates,
  parsePrivateKey,
  SPREAD_DAYS,
} from './certificates';

/** Days before its expiry at which a certificate causes a warning. */
export const RENEW_DAYS = 60;

const RENEW = 'gke-platform cassandra renew-secrets';

/** Store of the secrets. */
export interface SecretStore {
  /** Reads the newest version; `undefined` if there is no such secret. */
  read(name: string): Promise<string | undefined>;
  create(name: string, value: string): Promise<void>;
  addVersion(name: string, value: string): Promise<number>;
}

/** Result for one secret. */
export interface SecretOutcome {
  readonly name: string;
  readonly outcome: 'created' | 'exists' | 'renewed';
}

/** Steps of a CA renewal. Each has to reach every node before the next. */
export type RenewalStep = 'trust the new CA' | 'certificates by the new CA' | 'forget the old CA';

/** Properties for `RingSecrets`. */
export interface RingSecretsOptions {
  readonly ring: Ring;
  readonly store: SecretStore;

  /** Addresses of nodes without one in the stack, by name of the node. @default - none */
  readonly addresses?: Readonly<Record<string, string>>;

  /** Called after each secret. @default - results are not reported */
  readonly onSecret?: (outcome: SecretOutcome) => void;

  /** Start of validity of new certificates. @default - the current time */
  readonly now?: Date;
}

/**
 * Secrets of a ring: its CA with its key, a key and certificate for each node, the password of the superuser.
 *
 * No value passes through Terraform, metadata or synthesized JSON: values are created here, stored in Secret Manager, and read from there by
 * the nodes at boot. The key of the CA is read by this class only.
 */
export class RingSecrets {
  private readonly ring: Ring;
  private readonly store: SecretStore;
  private readonly now: Date;

  constructor(private readonly options: RingSecretsOptions) {
    ({ ring: this.ring, store: this.store, now: this.now = new Date() } = options);
  }

  /**
   * Creates the missing secrets and keeps the existing ones. A second run resumes an interrupted one, and covers nodes added to the stack.
   *
   * @throws OperationsError if secrets do not match
   */
  public async init(): Promise<void> {
    for (const node of this.ring.nodes) this.addressOf(node);
    const authority = await this.initAuthority();
    for (const node of this.ring.nodes) {
      await this.initSecret(nodeSecret(node.vm), async () => createNodeIdentity(await authority(), this.identityOf(node), this.now));
    }
    await this.initSecret(this.superuser, async () => randomBytes(24).toString('base64url'));
    const problems = await this.problems();
    if (problems.length > 0) throw new OperationsError(problems.join('\n'));
  }

  /**
   * Issues a new key and certificate to every node, or to one.
   *
   * @throws RefusedError during a CA renewal: nodes reject certificates of a CA that they do not trust yet
   */
  public async renewCertificates(only?: string): Promise<void> {
    const count = parseCertificates(await this.required(this.ca)).length;
    if (count > 1) {
      throw new RefusedError(
        `the CA of ${this.ring.name} is being renewed (secret ${this.ca} holds ${count} certificates): the next step is '${await this.nextRenewalStep()}', with ${RENEW} --ca`,
      );
    }
    await this.issueCertificates(only);
  }

  /** Reads the next step of a CA renewal from the secrets, so that a renewal can be interrupted and resumed at any time. */
  public async nextRenewalStep(): Promise<RenewalStep> {
    const [newest, ...older] = parseCertificates(await this.required(this.ca));
    if (newest === undefined) throw new OperationsError(`secret ${this.ca} holds no certificate`);
    if (older.length === 0) return 'trust the new CA';
    const all = await Promise.all(this.ring.nodes.map(async (node) => parseCertificates(await this.required(nodeSecret(node.vm)))[0]));
    if (all.every((one) => one !== undefined && isIssuedBy(one, newest))) return 'forget the old CA';
    // A CA without its key cannot issue certificates: it is replaced.
    return (await this.signing()) === undefined ? 'trust the new CA' : 'certificates by the new CA';
  }

  /** Takes a step of a CA renewal. Nodes with and without the step trust each other. */
  public async renewAuthority(step: RenewalStep): Promise<void> {
    if (step === 'trust the new CA') {
      const old = await this.required(this.ca);
      const { certificate, key } = await createAuthority(this.ring.name, this.now);
      // The key first: after an interruption here `problems` reports the mismatch, and the step can be repeated.
      if ((await this.store.read(this.caKey)) !== undefined) await this.renew(this.caKey, key);
      else await this.initSecret(this.caKey, async () => key);
      await this.renew(this.ca, `${certificate}${old}`);
    } else if (step === 'certificates by the new CA') {
      await this.issueCertificates();
    } else {
      const [newest] = parseCertificates(await this.required(this.ca));
      await this.renew(this.ca, newest!.toString());
    }
  }

  /** Finds secrets that are missing, do not match, or hold an expired certificate. */
  public async problems(): Promise<string[]> {
    const authorities = parseCertificates((await this.store.read(this.ca)) ?? '');
    if (authorities.length === 0) return [`secret ${this.ca} holds no certificate`];
    const found = (await this.signing()) === undefined ? [this.keylessCa] : [];
    found.push(...this.findExpired(this.ca, authorities[0]!, `${RENEW} --ca`));
    for (const node of this.ring.nodes) found.push(...(await this.problemsOf(node, authorities)));
    if (!(await this.store.read(this.superuser))) found.push(`secret ${this.superuser} is missing or empty`);
    return found;
  }

  /** Describes the certificates that expire within `RENEW_DAYS` days. */
  public async expiring(): Promise<string[]> {
    const names = [this.ca, ...this.ring.nodes.map(({ vm }) => nodeSecret(vm))];
    const all = await Promise.all(names.map(async (name) => ({ name, certificate: parseCertificates(await this.required(name))[0] })));
    return all.flatMap(({ name, certificate }) => {
      const days = certificate === undefined ? Number.NaN : daysUntilExpiry(certificate, this.now);
      if (!(days < RENEW_DAYS)) return [];
      return [days < 0 ? `the certificate in ${name} expired ${-days} days ago` : `the certificate in ${name} expires in ${days} days`];
    });
  }

  public get ca(): string {
    return authoritySecret(this.ring.name);
  }

  public get caKey(): string {
    return authorityKeySecret(this.ring.name);
  }

  public get superuser(): string {
    return superuserSecret(this.ring.name);
  }

  /** @returns the CA, which is read once a certificate has to be signed */
  private async initAuthority(): Promise<() => Promise<CertificateAuthority>> {
    if ((await this.store.read(this.ca)) !== undefined) {
      this.report(this.ca, 'exists');
      return () => this.authority();
    }
    const presentKey = await this.store.read(this.caKey);
    const authority = await createAuthority(this.ring.name, this.now, presentKey);
    if (presentKey === undefined) await this.store.create(this.caKey, authority.key);
    this.report(this.caKey, presentKey === undefined ? 'created' : 'exists');
    await this.store.create(this.ca, authority.certificate);
    this.report(this.ca, 'created');
    return async () => authority;
  }

  private async issueCertificates(only?: string): Promise<void> {
    const nodes = this.ring.nodes.filter(({ name }) => only === undefined || name === only);
    if (nodes.length === 0) throw new OperationsError(`unknown node '${only}' of ${this.ring.name}`);
    const authority = await this.authority();
    for (const node of nodes) {
      const name = nodeSecret(node.vm);
      await this.required(name);
      await this.renew(name, await createNodeIdentity(authority, this.identityOf(node), this.now));
    }
  }

  /** Reads the CA that issues certificates, with its key. */
  private async authority(): Promise<CertificateAuthority> {
    await this.required(this.ca);
    const signing = await this.signing();
    if (signing === undefined) throw new OperationsError(this.keylessCa);
    const [ended] = this.findExpired(this.ca, signing.certificate, `${RENEW} --ca`);
    if (ended !== undefined) throw new OperationsError(ended);
    return { certificate: signing.certificate.toString(), key: signing.key };
  }

  /** Reads the key of the CA with its certificate; `undefined` if the key matches none. */
  private async signing(): Promise<{ readonly certificate: X509Certificate; readonly key: string } | undefined> {
    const key = (await this.store.read(this.caKey)) ?? '';
    const privateKey = parsePrivateKey(key);
    if (privateKey === undefined) return undefined;
    const certificate = parseCertificates((await this.store.read(this.ca)) ?? '').find((one) => one.checkPrivateKey(privateKey));
    return certificate === undefined ? undefined : { certificate, key };
  }

  private get keylessCa(): string {
    return `secret ${this.caKey} must hold the key of a certificate in ${this.ca}: renew the CA with ${RENEW} --ca`;
  }

  private findExpired(name: string, certificate: X509Certificate, remediation: string): string[] {
    const days = daysUntilExpiry(certificate, this.now);
    return days < 0 ? [`the certificate in ${name} expired ${-days} days ago: renew it with ${remediation}`] : [];
  }

  private async initSecret(name: string, make: () => Promise<string>): Promise<void> {
    const isThere = (await this.store.read(name)) !== undefined;
    if (!isThere) await this.store.create(name, await make());
    this.report(name, isThere ? 'exists' : 'created');
  }

  private async renew(name: string, value: string): Promise<void> {
    await this.store.addVersion(name, value);
    this.report(name, 'renewed');
  }

  private async problemsOf(node: RingNode, authorities: readonly X509Certificate[]): Promise<string[]> {
    const name = nodeSecret(node.vm);
    const text = (await this.store.read(name)) ?? '';
    const key = parsePrivateKey(text);
    const [certificate] = parseCertificates(text);
    if (key === undefined || certificate === undefined) return [`secret ${name} must hold a key and a certificate as PEM`];
    const address = this.addressOf(node);
    const rules: [isMet: boolean, problem: string][] = [
      [certificate.checkPrivateKey(key), `the key in ${name} does not match its certificate`],
      [authorities.some((one) => isIssuedBy(certificate, one)), `the certificate in ${name} was not issued by a CA in ${this.ca}`],
      [
        certificate.checkIP(address) !== undefined && certificate.checkHost(node.vm) !== undefined,
        `the certificate in ${name} must be for ${address} and ${node.vm}, got ${certificate.subjectAltName}: renew it`,
      ],
    ];
    return [...rules.flatMap(([isMet, problem]) => (isMet ? [] : [problem])), ...this.findExpired(name, certificate, RENEW)];
  }

  private async required(name: string): Promise<string> {
    const value = await this.store.read(name);
    if (value === undefined) throw new OperationsError(`secret ${name} is missing: create it with gke-platform cassandra init-secrets`);
    return value;
  }

  /** Spreads the expiry dates: certificates of two nodes never have to be renewed on the same day. */
  private identityOf(node: RingNode): NodeIdentity {
    const { nodes } = this.ring;
    const daysEarlier = Math.floor((nodes.findIndex(({ name }) => name === node.name) * SPREAD_DAYS) / nodes.length);
    return { vm: node.vm, address: this.addressOf(node), daysEarlier };
  }

  private addressOf({ name, address }: RingNode): string {
    const known = address ?? this.options.addresses?.[name];
    if (known === undefined) {
      throw new OperationsError(
        `node ${name} of ${this.ring.name} has no address in the stack: set its 'address', or pass the one that Google assigned with --address ${name}=ADDRESS`,
      );
    }
    return known;
  }

  private report(name: string, outcome: SecretOutcome['outcome']): void {
    this.options.onSecret?.({ name, outcome });
  }
}
