import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findRing,
  type NodeShell,
  type RenewSuperuserOptions,
  renewSuperuser,
  resetSuperuser,
  UnreachableError,
} from '../../lib/operations';
import { FakeRing as HealthyRing } from './fake-ring';
import { stackWithRing } from './rings';

/** A ring whose superuser has a password, and the versions of its secret. */
class FakeRing implements NodeShell {
  public readonly ring = findRing(stackWithRing());
  public readonly versions = ['first'];
  public password = 'first';

  /** Logins that a node still decides by the password before. */
  public stale = 0;

  /** Called before a statement is run. */
  public before: (node: string, script: string) => void = () => {};
  private previous = '';

  public readonly store: RenewSuperuserOptions['store'] = {
    latestVersion: async () => this.versions.length || undefined,
    addVersion: async (name, value) => {
      expect(name).toBe('staging-cassandra-superuser');
      return this.versions.push(value);
    },
  };

  public formatCommand(): string {
    return '';
  }

  public async run({ name }: { readonly name: string }, script: string) {
    this.before(name, script);
    const [, version] = /^cassandra-cql --password-version (\d+) /.exec(script)!;
    const shown = this.versions[Number(version) - 1];
    const isStale = this.stale > 0 && this.stale-- > 0;
    if (shown !== (isStale ? this.previous : this.password)) return { status: 3, stdout: '', stderr: 'bad credentials' };
    if (script.includes('ALTER ROLE :superuser WITH PASSWORD = :superuser_password')) {
      expect(script).toContain('--consistency QUORUM');
      [this.previous, this.password] = [this.password, this.versions.at(-1)!];
    }
    return { status: 0, stdout: '', stderr: '' };
  }
}

describe('a new password of the superuser', () => {
  let fake: FakeRing;
  beforeEach(() => {
    fake = new FakeRing();
  });

  const clock = { now: () => 0, sleep: async () => {} };
  const renew = () => renewSuperuser({ shell: fake, ring: fake.ring, store: fake.store, clock });

  test('is a new version of the secret, set with the previous one', async () => {
    expect(await renew()).toBe(2);
    expect(fake.versions).toEqual(['first', expect.stringMatching(/^[\w-]{32}$/)]);
    expect(fake.password).toBe(fake.versions[1]);
  });

  test('is awaited on each node, which caches the old one for seconds', async () => {
    const seen = new Set<string>();
    fake.before = (name, script) => {
      if (!script.includes('ALTER')) seen.add(name);
      if (script.includes('ALTER')) seen.clear();
    };
    const { store } = fake;
    const alter = fake.run.bind(fake);
    fake.run = async (node, script) => {
      const answer = await alter(node, script);
      if (script.includes('ALTER')) fake.stale = 3;
      return answer;
    };
    expect(await renewSuperuser({ shell: fake, ring: fake.ring, store, clock })).toBe(2);
    expect([...seen]).toEqual(['b', 'c', 'd']);
  });

  test('resumes after an interruption, without another version', async () => {
    fake.before = (_, script) => {
      if (script.includes('ALTER')) throw new UnreachableError('the connection was lost');
    };
    await expect(renew()).rejects.toThrow('b is unreachable: the connection was lost');
    expect([fake.versions.length, fake.password]).toEqual([2, 'first']);
    fake.before = () => {};
    expect(await renew()).toBe(2);
    expect(fake.versions).toHaveLength(2);
    expect(fake.password).toBe(fake.versions[1]);
  });

  test('fails, and changes nothing, when neither of the two newest versions is the password', async () => {
    fake.password = 'typed by hand';
    fake.versions.push('second');
    await expect(renew()).rejects.toThrow(
      'the superuser cannot log in on b with either of the two newest versions of secret staging-cassandra-superuser; if the password is lost: gke-platform cassandra renew-superuser --lost',
    );
    expect(fake.versions).toHaveLength(2);
  });

  test('fails when a node keeps accepting the old one', async () => {
    fake.before = (name, script) => {
      fake.stale = name === 'c' && !script.includes('ALTER') && fake.versions.length === 2 ? 1 : 0;
    };
    await expect(renew()).rejects.toThrow('c rejects the new password of the superuser (version 2 of its secret)');
  });

  test.each([
    [2, 'cassandra-cql on b is of an earlier version of this library'],
    [4, 'the login on b failed: no connection to 127.0.0.11'],
  ])('fails, and creates no version, when cassandra-cql exits with %i', async (status, message) => {
    fake.run = async () => ({ status, stdout: '', stderr: 'no connection to 127.0.0.11\n' });
    await expect(renew()).rejects.toThrow(message);
    expect(fake.versions).toEqual(['first']);
  });

  test('fails when there is no secret', async () => {
    fake.versions.pop();
    await expect(renew()).rejects.toThrow(
      'secret staging-cassandra-superuser is missing: create it with gke-platform cassandra init-secrets',
    );
  });
});

describe('a lost password of the superuser', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'superuser-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const YAML = 'authenticator: PasswordAuthenticator\nauthorizer: CassandraAuthorizer\nrpc_address: 10.10.8.11\n';
  const RESTART = 'systemctl restart cassandra.service\n';
  const UPDATE =
    /^UPDATE system_auth.roles SET salted_hash = '(\$2a\$10\$[./\w]{53})', can_login = true, is_superuser = true WHERE role = ':superuser'$/m;

  /** Runs the script of the reset in a folder instead of `/etc/cassandra`, with commands that note how they were called. */
  async function reset({
    passwords = 'echo lost-and-found',
    restart = 'true',
    ...options
  }: {
    passwords?: string;
    restart?: string;
    yaml?: string;
  } = {}): Promise<{ status: number | null; stderr: string; log: string; files: string[] }> {
    const yaml = 'yaml' in options ? options.yaml : YAML;
    const ring = new HealthyRing();
    const store = { latestVersion: async () => 2, addVersion: async () => 3 };
    expect(await resetSuperuser({ shell: ring, ring: ring.ring, store, clock: ring.clock })).toBe(2);
    const script = ring.ran[0]!.slice('b: '.length).replaceAll('/etc/cassandra', folder);
    if (yaml !== undefined) writeFileSync(join(folder, 'cassandra.yaml'), yaml);
    const commands = `systemctl() { echo "systemctl $*" >>${folder}/log; cat ${folder}/cassandra.yaml >>${folder}/log; ${restart}; }
      ss() { echo LISTEN; }
      cassandra-secret() { echo "cassandra-secret $*" >>${folder}/log; ${passwords}; }
      cassandra-cql() { echo "cassandra-cql $*" >>${folder}/log; cat >>${folder}/log; }`;
    const { status, stderr } = spawnSync('bash', ['-c', `${commands}\n${script}`], { encoding: 'utf8' });
    const log = readFileSync(join(folder, 'log'), 'utf8');
    return { status, stderr, log, files: readdirSync(folder) };
  }

  test('is set to the newest version of the secret while authentication is off, and the configuration is restored', async () => {
    const { status, stderr, log, files } = await reset();
    expect({ status, stderr, files }).toEqual({ status: 0, stderr: '', files: ['cassandra.yaml', 'log'] });
    const [before, open, ...rest] = log.split(RESTART);
    expect(before).toBe('cassandra-secret staging-cassandra-superuser 2\n');
    expect(open).toMatch(/^authenticator: AllowAllAuthenticator\nauthorizer: AllowAllAuthorizer\nrpc_address: 127.0.0.1\n/);
    expect(open).toMatch(UPDATE);
    expect(open).toContain('cassandra-cql --host 127.0.0.1 --consistency QUORUM\n');
    expect(rest).toEqual([YAML]);
  });

  test.each([
    ['cannot be read', 'echo "it cannot be read" >&2; return 1', 'it cannot be read'],
    ['is empty', 'true', 'version 2 of secret staging-cassandra-superuser is empty'],
  ])('stops no node and sets no password when the secret %s', async (_, passwords, said) => {
    const { status, stderr, log, files } = await reset({ passwords });
    expect({ status, stderr, files }).toEqual({ status: 1, stderr: `${said}\n`, files: ['cassandra.yaml', 'log'] });
    expect(log).toBe('cassandra-secret staging-cassandra-superuser 2\n');
  });

  test('is reset after a run that was killed, and the configuration from before that run is restored', async () => {
    const killed = await reset({ restart: 'kill -9 $$' });
    expect(killed.files).toEqual(['cassandra.yaml', 'cassandra.yaml.locked', 'log']);
    rmSync(join(folder, 'log'));
    const { status, log, files } = await reset({ yaml: undefined });
    expect({ status, files }).toEqual({ status: 0, files: ['cassandra.yaml', 'log'] });
    expect(readFileSync(join(folder, 'cassandra.yaml'), 'utf8')).toBe(YAML);
    const [, restored, open, last] = log.split(RESTART);
    expect([restored, last]).toEqual([YAML, YAML]);
    expect(open).toMatch(UPDATE);
  });

  test('keeps a configuration that was written after a run that was killed', async () => {
    await reset({ restart: 'kill -9 $$' });
    const newer = `${YAML}concurrent_reads: 64\n`;
    expect((await reset({ yaml: newer })).status).toBe(0);
    expect(readFileSync(join(folder, 'cassandra.yaml'), 'utf8')).toBe(newer);
  });
});
