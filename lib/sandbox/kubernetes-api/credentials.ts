import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { readSavedFile, saveFile } from '../../core/saved-file';
import { CertificateAuthority } from '../certificate-authority';
import { SandboxError } from '../sandbox-error';

/** Certificates, keys and the administrator's token of all API servers in a folder. They are created once, readable by their owner only. */
export class Credentials {
  public static async open(folder: string): Promise<Credentials> {
    const authority = await CertificateAuthority.open(join(folder, 'authority'));
    // Issued at each start, so that it never needs renewal: clients trust the authority.
    const server = await authority.issue(['127.0.0.1', 'localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc']);
    const credentials = new Credentials(folder, authority.certificate);
    writePrivate(credentials.serverKeyPath, server.key);
    writePrivate(credentials.serverCertificatePath, server.cert);
    credentials.makeServiceAccountKey();
    credentials.makeToken();
    return credentials;
  }

  public readonly serverKeyPath: string;
  public readonly serverCertificatePath: string;
  public readonly caCertificatePath: string;
  public readonly serviceAccountKeyPath: string;
  public readonly serviceAccountPublicKeyPath: string;

  /** Path of the API servers' static token file. */
  public readonly tokensPath: string;

  private constructor(
    private readonly folder: string,
    public readonly caCertificate: string,
  ) {
    this.serverKeyPath = join(folder, 'server.key');
    this.serverCertificatePath = join(folder, 'server.pem');
    this.caCertificatePath = join(folder, 'authority', 'ca.pem');
    this.serviceAccountKeyPath = join(folder, 'service-account.key');
    this.serviceAccountPublicKeyPath = join(folder, 'service-account.pub');
    this.tokensPath = join(folder, 'tokens.csv');
  }

  /** Bearer token of the administrator. */
  public get token(): string {
    const [, token] = /^([0-9a-f]{48}),admin,/.exec(readSavedFile(this.tokensPath) ?? '') ?? [];
    if (token !== undefined) return token;
    throw new SandboxError(
      `${this.tokensPath} cannot be read (it must be a token file of the sandbox): delete this file, or delete the sandbox with --reset`,
    );
  }

  /** Writes the certificates that Terraform's plugins trust: the system's and the authority's. */
  public writeTrustBundle(environment: NodeJS.ProcessEnv): string {
    const system = [environment.SSL_CERT_FILE, ...SYSTEM_BUNDLES].find((file) => file && existsSync(file));
    const path = join(this.folder, 'trusted.pem');
    writePrivate(path, `${system ? readFileSync(system, 'utf8') : rootCertificates.join('\n')}\n${this.caCertificate}`);
    return path;
  }

  /**
   * Writes a replacement for `gke-gcloud-auth-plugin`, which returns the token to the kubernetes and helm providers.
   *
   * @returns folder of the replacement, for PATH
   */
  public writeAuthPlugin(): string {
    const folder = join(this.folder, 'bin');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const credential = { apiVersion: 'client.authentication.k8s.io/v1beta1', kind: 'ExecCredential', status: { token: this.token } };
    const path = join(folder, 'gke-gcloud-auth-plugin');
    writePrivate(path, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(credential)}\nEND\n`);
    chmodSync(path, 0o700);
    return folder;
  }

  /** Builds the administrator's kubeconfig for a cluster. */
  public kubeconfig(endpoint: string): string {
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'sandbox',
          cluster: { server: `https://${endpoint}`, 'certificate-authority-data': Buffer.from(this.caCertificate).toString('base64') },
        },
      ],
      users: [{ name: 'admin', user: { token: this.token } }],
      contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'admin' } }],
      'current-context': 'sandbox',
    });
  }

  private makeServiceAccountKey(): void {
    if (existsSync(this.serviceAccountPublicKeyPath)) return;
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    writePrivate(this.serviceAccountKeyPath, privateKey);
    writePrivate(this.serviceAccountPublicKeyPath, publicKey);
  }

  private makeToken(): void {
    if (existsSync(this.tokensPath)) return;
    writePrivate(this.tokensPath, `${randomBytes(24).toString('hex')},admin,admin,"system:masters"\n`);
  }
}

/** CA bundles of the system in Go's search order: Debian, Fedora, openSUSE, RHEL, Alpine and macOS. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

export function writePrivate(path: string, content: string): void {
  saveFile(path, content);
}
