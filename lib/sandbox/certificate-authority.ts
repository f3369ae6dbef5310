import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { command } from './vms/command';

/** Certificate and private key, PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Certificate authority of a sandbox folder. It signs certificates of simulated servers, and only the sandbox's own clients trust it. */
export class CertificateAuthority {
  /** Opens the authority in a folder, or creates one. */
  public static async open(folder: string): Promise<CertificateAuthority> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const authority = new CertificateAuthority(folder);
    if (!existsSync(authority.certificatePath)) {
      const subject = ['-subj', '/CN=Sandbox CA', '-days', '3650', '-addext', 'basicConstraints=critical,CA:TRUE'];
      const files = ['-keyout', authority.keyPath, '-out', authority.certificatePath];
      await command(['openssl', 'req', '-x509', '-nodes', ...NEW_KEY, ...subject, ...files]);
    }
    return authority;
  }

  private constructor(private readonly folder: string) {}

  /** Certificate of the authority, PEM. */
  public get certificate(): string {
    return readFileSync(this.certificatePath, 'utf8');
  }

  /** Signs a server certificate for host names, wildcards and IP addresses. */
  public async issue(names: readonly string[]): Promise<ServerCertificate> {
    const key = join(this.folder, 'server.key');
    const request = join(this.folder, 'server.csr');
    const extensions = join(this.folder, 'server.ext');
    writeFileSync(extensions, `subjectAltName=${names.map((name) => `${isIP(name) ? 'IP' : 'DNS'}:${name}`).join(',')}\n`);
    await command(['openssl', 'req', '-new', '-nodes', ...NEW_KEY, '-subj', `/CN=${names[0]}`, '-keyout', key, '-out', request]);
    const signer = ['-CA', this.certificatePath, '-CAkey', this.keyPath, '-CAcreateserial', '-days', '825', '-extfile', extensions];
    const cert = await command(['openssl', 'x509', '-req', '-in', request, ...signer]);
    return { key: readFileSync(key, 'utf8'), cert };
  }

  private get certificatePath(): string {
    return join(this.folder, 'ca.pem');
  }

  private get keyPath(): string {
    return join(this.folder, 'ca.key');
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
