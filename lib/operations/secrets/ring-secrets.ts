import { randomBytes, type X509Certificate } from 'node:crypto';
import { authorityKeySecret, authoritySecret, nodeSecret, superuserSecret } from '../../cassandra-contract/secret-names';
import { RefusedError } from '../../core/reported-error';
import { OperationsError } from '../operations-error';
import type { Ring, RingNode } from '../ring';
import {
  type CertificateAuthority,
  certificatesIn,
  daysLeft,
  isIssuedBy,
  makeAuthority,
  makeNodeIdentity,
  type NodeIdentity,
  privateKeyIn,
  SPREAD_DAYS,
} from './certificates';

/** Days before its end from which on a certificate is worth a warning. */
export const RENEW_DAYS = 60;

const RENEW = 'gke-platform cassandra renew-secrets';

/** Where the secrets are kept. */
export interface SecretStore {
  /** The newest version; `undefined` when there is no such secret. */
  read(name: string): Promise<string | undefined>;
  create(name: string, value: string): Promise<void>;
  addVersion(name: string, value: string): Promise<number>;
}

/** What was done about a secret. */
export interface SecretOutcome {
  readonly name: string;
  readonly outcome: 'made' | 'was there' | 'renewed';
}

/** What makes up the renewal of a CA: each step has to reach every node before the next. */
export type RenewalStep = 'trust the new CA' | 'certificates by the new CA' | 'forget the old CA';

/** Properties for `RingSecrets`. */
export interface RingSecretsOptions {
  readonly ring: Ring;
  readonly store: SecretStore;

  /** Addresses of nodes that have none in the stack, by node. @default - none */
  readonly addresses?: Readonly<Record<string, string>>;

  /** Called after each secret. @default - nothing is said */
  readonly onSecret?: (outcome: SecretOutcome) => void;

  /** @default - now */
  readonly now?: Date;
}

/**
 * The secrets of a ring: its CA and the key of it, key and certificate of each node, the password of the superuser.
 *
 * No value ever goes through Terraform, metadata or synthesized JSON: they are made here, kept in the store, and read from there by
 * the nodes when they boot. The key of the CA is read by nobody but this.
 */
export class RingSecrets {
  private readonly ring: Ring;
  private readonly store: SecretStore;
  private readonly now: Date;

  constructor(private readonly options: RingSecretsOptions) {
    ({ ring: this.ring, store: this.store, now: this.now = new Date() } = options);
  }

  /**
   * Makes what is not there; what is there stays as it is. Interrupted, it goes on where it was the next time, and a node that
   * was added to the stack gets its own.
   *
   * @throws OperationsError when what is there does not fit together
   */
  public async init(): Promise<void> {
    for (const node of this.ring.nodes) this.addressOf(node);
    const authority = await this.initAuthority();
    for (const node of this.ring.nodes) {
      await this.initSecret(nodeSecret(node.vm), async () => makeNodeIdentity(await authority(), this.identityOf(node), this.now));
    }
    await this.initSecret(this.superuser, async () => randomBytes(24).toString('base64url'));
    const problems = await this.problems();
    if (problems.length > 0) throw new OperationsError(problems.join('\n'));
  }

  /**
   * Gives every node, or one, a new key and a certificate by the CA.
   *
   * @throws RefusedError while the CA is being renewed: nodes refuse certificates by a CA that they do not trust yet
   */
  public async renewCertificates(only?: string): Promise<void> {
    const count = certificatesIn(await this.required(this.ca)).length;
    if (count > 1) {
      throw new RefusedError(
        `the CA of ${this.ring.name} is being renewed (secret ${this.ca} holds ${count} certificates): the next step is '${await this.nextRenewalStep()}', with ${RENEW} --ca`,
      );
    }
    await this.issueCertificates(only);
  }

  /** What the renewal of the CA has to do next: read from the secrets, so that it can stop and go on at any time. */
  public async nextRenewalStep(): Promise<RenewalStep> {
    const [newest, ...older] = certificatesIn(await this.required(this.ca));
    if (newest === undefined) throw new OperationsError(`secret ${this.ca} holds no certificate`);
    if (older.length === 0) return 'trust the new CA';
    const all = await Promise.all(this.ring.nodes.map(async (node) => certificatesIn(await this.required(nodeSecret(node.vm)))[0]));
    if (all.every((one) => one !== undefined && isIssuedBy(one, newest))) return 'forget the old CA';
    // Without its key, a CA issues nothing: another one takes its place.
    return (await this.signing()) === undefined ? 'trust the new CA' : 'certificates by the new CA';
  }

  /** Does a step of the renewal of the CA. In between, nodes that have taken it and nodes that have not trust each other. */
  public async renewAuthority(step: RenewalStep): Promise<void> {
    if (step === 'trust the new CA') {
      const old = await this.required(this.ca);
      const { certificate, key } = await makeAuthority(this.ring.name, this.now);
      // The key first: when this stops here, `initAuthority` says that they do not fit, and the step can be done again.
      if ((await this.store.read(this.caKey)) !== undefined) await this.renew(this.caKey, key);
      else await this.initSecret(this.caKey, async () => key);
      await this.renew(this.ca, `${certificate}${old}`);
    } else if (step === 'certificates by the new CA') {
      await this.issueCertificates();
    } else {
      const [newest] = certificatesIn(await this.required(this.ca));
      await this.renew(this.ca, newest!.toString());
    }
  }

  /** What does not fit together, or is missing; nothing when all is well. Certificates that are about to end are not among it, those that have ended are. */
  public async problems(): Promise<string[]> {
    const authorities = certificatesIn((await this.store.read(this.ca)) ?? '');
    if (authorities.length === 0) return [`secret ${this.ca} holds no certificate`];
    const found = (await this.signing()) === undefined ? [this.keylessCa] : [];
    found.push(...this.ended(this.ca, authorities[0]!, `${RENEW} --ca`));
    for (const node of this.ring.nodes) found.push(...(await this.problemsOf(node, authorities)));
    if (!(await this.store.read(this.superuser))) found.push(`secret ${this.superuser} is missing or empty`);
    return found;
  }

  /** Certificates that end within `RENEW_DAYS` days, in words. */
  public async ending(): Promise<string[]> {
    const names = [this.ca, ...this.ring.nodes.map(({ vm }) => nodeSecret(vm))];
    const all = await Promise.all(names.map(async (name) => ({ name, certificate: certificatesIn(await this.required(name))[0] })));
    return all.flatMap(({ name, certificate }) => {
      const days = certificate === undefined ? Number.NaN : daysLeft(certificate, this.now);
      if (!(days < RENEW_DAYS)) return [];
      return [days < 0 ? `the certificate in ${name} ended ${-days} days ago` : `the certificate in ${name} ends in ${days} days`];
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

  /** @returns the CA, looked up when there is something to sign */
  private async initAuthority(): Promise<() => Promise<CertificateAuthority>> {
    if ((await this.store.read(this.ca)) !== undefined) {
      this.said(this.ca, 'was there');
      return () => this.authority();
    }
    const presentKey = await this.store.read(this.caKey);
    const authority = await makeAuthority(this.ring.name, this.now, presentKey);
    if (presentKey === undefined) await this.store.create(this.caKey, authority.key);
    this.said(this.caKey, presentKey === undefined ? 'made' : 'was there');
    await this.store.create(this.ca, authority.certificate);
    this.said(this.ca, 'made');
    return async () => authority;
  }

  private async issueCertificates(only?: string): Promise<void> {
    const nodes = this.ring.nodes.filter(({ name }) => only === undefined || name === only);
    if (nodes.length === 0) throw new OperationsError(`'${only}' is no node of ${this.ring.name}`);
    const authority = await this.authority();
    for (const node of nodes) {
      const name = nodeSecret(node.vm);
      await this.required(name);
      await this.renew(name, await makeNodeIdentity(authority, this.identityOf(node), this.now));
    }
  }

  /** The CA that issues certificates, with its key. */
  private async authority(): Promise<CertificateAuthority> {
    await this.required(this.ca);
    const signing = await this.signing();
    if (signing === undefined) throw new OperationsError(this.keylessCa);
    const [ended] = this.ended(this.ca, signing.certificate, `${RENEW} --ca`);
    if (ended !== undefined) throw new OperationsError(ended);
    return { certificate: signing.certificate.toString(), key: signing.key };
  }

  /** The certificate of the CA whose key is kept, with that key; `undefined` when it is of none. */
  private async signing(): Promise<{ readonly certificate: X509Certificate; readonly key: string } | undefined> {
    const key = (await this.store.read(this.caKey)) ?? '';
    const privateKey = privateKeyIn(key);
    if (privateKey === undefined) return undefined;
    const certificate = certificatesIn((await this.store.read(this.ca)) ?? '').find((one) => one.checkPrivateKey(privateKey));
    return certificate === undefined ? undefined : { certificate, key };
  }

  private get keylessCa(): string {
    return `secret ${this.caKey} must hold the key of a certificate in ${this.ca}: renew the CA with ${RENEW} --ca`;
  }

  private ended(name: string, certificate: X509Certificate, remediation: string): string[] {
    const days = daysLeft(certificate, this.now);
    return days < 0 ? [`the certificate in ${name} ended ${-days} days ago: renew it with ${remediation}`] : [];
  }

  private async initSecret(name: string, make: () => Promise<string>): Promise<void> {
    const isThere = (await this.store.read(name)) !== undefined;
    if (!isThere) await this.store.create(name, await make());
    this.said(name, isThere ? 'was there' : 'made');
  }

  private async renew(name: string, value: string): Promise<void> {
    await this.store.addVersion(name, value);
    this.said(name, 'renewed');
  }

  private async problemsOf(node: RingNode, authorities: readonly X509Certificate[]): Promise<string[]> {
    const name = nodeSecret(node.vm);
    const text = (await this.store.read(name)) ?? '';
    const key = privateKeyIn(text);
    const [certificate] = certificatesIn(text);
    if (key === undefined || certificate === undefined) return [`secret ${name} must hold a key and a certificate as PEM`];
    const address = this.addressOf(node);
    const rules: [isMet: boolean, problem: string][] = [
      [certificate.checkPrivateKey(key), `the key in ${name} is not the one of its certificate`],
      [authorities.some((one) => isIssuedBy(certificate, one)), `the certificate in ${name} was not issued by a CA in ${this.ca}`],
      [
        certificate.checkIP(address) !== undefined && certificate.checkHost(node.vm) !== undefined,
        `the certificate in ${name} must be for ${address} and ${node.vm}, got ${certificate.subjectAltName}: renew it`,
      ],
    ];
    return [...rules.flatMap(([isMet, problem]) => (isMet ? [] : [problem])), ...this.ended(name, certificate, RENEW)];
  }

  private async required(name: string): Promise<string> {
    const value = await this.store.read(name);
    if (value === undefined) throw new OperationsError(`secret ${name} is missing: make it with gke-platform cassandra init-secrets`);
    return value;
  }

  /** Ends of the certificates are spread: those of two nodes never have to be renewed on the same day. */
  private identityOf(node: RingNode): NodeIdentity {
    const { nodes } = this.ring;
    const daysEarlier = Math.floor((nodes.findIndex(({ name }) => name === node.name) * SPREAD_DAYS) / nodes.length);
    return { vm: node.vm, address: this.addressOf(node), daysEarlier };
  }

  private addressOf({ name, address }: RingNode): string {
    const known = address ?? this.options.addresses?.[name];
    if (known === undefined) {
      throw new OperationsError(
        `node ${name} of ${this.ring.name} has no address in the stack: set its 'address', or say which one Google gave it with --address ${name}=ADDRESS`,
      );
    }
    return known;
  }

  private said(name: string, outcome: SecretOutcome['outcome']): void {
    this.options.onSecret?.({ name, outcome });
  }
}
