import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Keys as init-secrets makes them, by openssl; their files are removed after the tests of the file that uses them. */
export class Authority {
  private readonly folder = mkdtempSync(join(tmpdir(), 'authority-'));

  constructor(public readonly name = 'ring CA') {
    folders.push(this.folder);
    this.openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca-key', '-out', 'ca');
  }

  public get certificate(): string {
    return this.read('ca');
  }

  /** A key, its certificate for an address, and the authority's. */
  public key({ address = '10.10.16.11', days = 30, keyOf }: { address?: string; days?: number; keyOf?: string } = {}): string {
    this.openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'key');
    this.openssl('req', '-new', '-key', 'key', '-out', 'request');
    writeFileSync(join(this.folder, 'names'), `subjectAltName=IP:${address},DNS:staging-cassandra-b1\n`);
    const from = days < 0 ? ['-not_before', '20200101000000Z', '-not_after', '20200201000000Z'] : ['-days', String(days)];
    if (days < 0)
      this.openssl(
        'ca',
        ...this.pastEnd(),
        ...from.map((word) => word.replace('-not_before', '-startdate').replace('-not_after', '-enddate')),
      );
    else
      this.openssl('x509', '-req', '-in', 'request', '-CA', 'ca', '-CAkey', 'ca-key', '-extfile', 'names', '-out', 'certificate', ...from);
    return (keyOf ?? this.read('key')) + this.read('certificate') + this.certificate;
  }

  private pastEnd(): string[] {
    writeFileSync(join(this.folder, 'index'), '');
    writeFileSync(
      join(this.folder, 'ca.conf'),
      '[ca]\ndefault_ca=it\n[it]\ndatabase=index\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\nrand_serial=yes\n[any]\ncommonName=optional\n',
    );
    return [
      '-batch',
      '-notext',
      '-config',
      'ca.conf',
      '-cert',
      'ca',
      '-keyfile',
      'ca-key',
      '-in',
      'request',
      '-extfile',
      'names',
      '-out',
      'certificate',
    ];
  }

  private read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  private openssl(command: string, ...words: string[]): void {
    const subject = command === 'req' ? ['-subj', `/CN=${this.name}`] : [];
    execFileSync('openssl', [command, ...words, ...subject], { cwd: this.folder, stdio: 'pipe' });
  }
}
