import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Authority } from '../authority';
import { TestMachine } from './test-machine';

describe('the secrets of a node', () => {
  let machine: TestMachine;
  let authority: Authority;

  beforeEach(() => {
    machine = new TestMachine();
    authority = new Authority();
    mkdirSync(machine.path('manager'));
    put('staging-cassandra-ca', authority.certificate);
    put('staging-cassandra-b1-tls', authority.key());
    put('staging-cassandra-superuser', 'pass-8361');
  });
  afterEach(() => {
    machine.remove();
  });

  const put = (name: string, value: string) => writeFileSync(machine.path(`manager/${name}`), value);

  /** Runs the phase against a curl that is the metadata server and Secret Manager. */
  function fetchSecrets(answers: Readonly<Record<string, string>> = {}, afterwards = '') {
    const bin = machine.path('bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, 'curl'),
      `#!/bin/bash
      case "$*" in *service-accounts*) echo '{"access_token":"ya29.abc","expires_in":3599}'; exit ;; esac
      while [[ $# -gt 0 ]]; do case $1 in -o) target=$2; shift ;; https://*) url=$1 ;; esac; shift; done
      [[ $(cat) == 'header = "Authorization: Bearer ya29.abc"' ]] || { echo 401; exit; }
      [[ $url =~ ^https://secretmanager.googleapis.com/v1/projects/parking-staging/secrets/([^/]+)/versions/latest:access$ ]] || { echo 400; exit; }
      name=\${BASH_REMATCH[1]}
      answer="ANSWER_\${name//-/_}"
      if [[ -n \${!answer:-} ]]; then echo "\${!answer}"; [[ \${!answer} != 000 ]] || exit 7; exit; fi
      [[ -f '${machine.path('manager')}'/$name ]] || { echo 404; exit; }
      printf '{\\n  "name": "%s",\\n  "payload": {\\n    "data": "%s"\\n  }\\n}\\n' "$name" "$(base64 -w 0 '${machine.path('manager')}'/$name)" >"$target"
      echo 200
      `,
      { mode: 0o755 },
    );
    return machine.run(
      `fetch_secrets\n${afterwards}`,
      'chown() { :; }\ninstall() { if [[ $1 == -d ]]; then mkdir -p "$7"; else command install "$@"; fi; }\nsleep() { :; }',
      {
        PATH: `${bin}:${process.env.PATH}`,
        ...Object.fromEntries(Object.entries(answers).map(([name, status]) => [`ANSWER_${name.replaceAll('-', '_')}`, status])),
      },
    );
  }

  test('are the CA certificate and its own key, readable only by Cassandra', () => {
    expect(fetchSecrets()).toMatchObject({ status: 0 });
    expect(machine.read('etc/cassandra/tls/ca.pem')).toBe(authority.certificate);
    expect(machine.read('etc/cassandra/tls/node.pem')).toBe(readFileSync(machine.path('manager/staging-cassandra-b1-tls'), 'utf8'));
    expect(statSync(machine.path('etc/cassandra/tls/node.pem')).mode & 0o777).toBe(0o640);
  });

  test('are in no output, no published state and no temporary file of a boot', () => {
    const { output, attributes } = fetchSecrets();
    const key = machine.read('etc/cassandra/tls/node.pem').split('\n')[1]!;
    expect(key.length).toBeGreaterThan(40);
    expect(output + JSON.stringify(attributes)).not.toContain(key);
    expect(readdirSync(machine.path('run')).filter((name) => !name.startsWith('cassandra-state'))).toEqual([]);
    const found = execFileSync('grep', ['-rlF', key, machine.path('etc'), machine.path('var'), machine.path('usr')], { encoding: 'utf8' });
    expect(found.trim().split('\n')).toEqual([machine.path('etc/cassandra/tls/node.pem')]);
  });

  test('include no password: it is read before the first start, never stored, and not requested after the node has joined', () => {
    expect(fetchSecrets().status).toBe(0);
    const found = spawnSync('grep', ['-rlF', 'pass-8361', ...['etc', 'var', 'usr', 'run'].map((folder) => machine.path(folder))]);
    expect(found.stdout.toString()).toBe('');
    writeFileSync(machine.path('var/lib/cassandra/joined'), '');
    expect(fetchSecrets({ 'staging-cassandra-superuser': '404' }).status).toBe(0);
  });

  test('include two CA certificates during a renewal of the CA', () => {
    const next = new Authority('next CA');
    put('staging-cassandra-ca', next.certificate + authority.certificate);
    expect(fetchSecrets()).toMatchObject({ status: 0 });
  });

  test.each([
    ['the authority', 'staging-cassandra-ca', '404'],
    ['the key', 'staging-cassandra-b1-tls', '403'],
    ["the superuser's password, which the first start needs,", 'staging-cassandra-superuser', '404'],
  ])('fail when %s cannot be read, and are requested again in two minutes', (_, name, status) => {
    expect(fetchSecrets({ [name]: status })).toMatchObject({
      status: 2,
      state: `refused: secret ${name} cannot be read (HTTP ${status}): run gke-platform cassandra init-secrets staging`,
      journal: ['again in two minutes'],
    });
  });

  test('are the ones fetched before when Secret Manager does not answer', () => {
    fetchSecrets();
    const silent = fetchSecrets({ 'staging-cassandra-b1-tls': '503', 'staging-cassandra-ca': '000' });
    expect(silent.status).toBe(0);
    expect(silent.output).toContain('secret staging-cassandra-ca cannot be read (HTTP 000): going on with the one fetched before');
  });

  test('fail when Secret Manager does not answer and none was fetched before', () => {
    expect(fetchSecrets({ 'staging-cassandra-ca': '503' }).state).toBe(
      'waiting: secret staging-cassandra-ca cannot be read (HTTP 503): Secret Manager does not answer',
    );
  });

  test.each([
    ['is past its end', () => authority.key({ days: -1 }), 'is past its end: run gke-platform cassandra renew-secrets staging'],
    [
      'is for another node',
      () => authority.key({ address: '10.10.16.12' }),
      'is not for 10.10.16.11: run gke-platform cassandra renew-secrets staging',
    ],
    ['is signed by another authority', () => new Authority('other').key(), 'is not signed by the authority in secret staging-cassandra-ca'],
  ])('fail when the certificate %s', (_, key, message) => {
    put('staging-cassandra-b1-tls', key());
    expect(fetchSecrets()).toMatchObject({ status: 2, state: `refused: the certificate in secret staging-cassandra-b1-tls ${message}` });
  });

  test.each([
    ['is past its end', 'staging-cassandra-b1-tls', () => authority.key({ days: -1 }), 'is past its end'],
    ['is no certificate', 'staging-cassandra-b1-tls', () => 'hello', 'holds no certificate'],
    ['comes with an authority of no node', 'staging-cassandra-ca', () => new Authority('other').certificate, 'is not signed by'],
  ])('are the last valid ones when one %s, for a node that has joined', (_, name, value, message) => {
    fetchSecrets();
    const good = ['ca.pem', 'node.pem'].map((file) => machine.read(`etc/cassandra/tls/${file}`));
    put(name, value());
    expect(fetchSecrets()).toMatchObject({ status: 2, attributes: { code: 'refused-secret' }, state: expect.stringContaining(message) });
    writeFileSync(machine.path('var/lib/cassandra/joined'), '');
    const { status, attributes, journal } = fetchSecrets({}, 'report_ready');
    expect({ status, journal }).toEqual({ status: 0, journal: expect.arrayContaining(['again in two minutes']) });
    expect(attributes).toMatchObject({
      code: 'ready-old-secret',
      state: expect.stringMatching(/^ready: .* with the keys fetched before, since /),
    });
    expect(attributes.state).toContain(message);
    expect(['ca.pem', 'node.pem'].map((file) => machine.read(`etc/cassandra/tls/${file}`))).toEqual(good);
    expect(readdirSync(machine.path('run')).filter((file) => !/^cassandra-(state|ready)/.test(file))).toEqual([]);
  });

  describe('of a node that has joined', () => {
    let next: Authority;

    beforeEach(() => {
      next = new Authority('next CA');
      fetchSecrets();
      writeFileSync(machine.path('var/lib/cassandra/joined'), '');
    });

    test('fail when the running ring does not trust the new CA yet, which the node then trusts, and succeed at the next run', () => {
      const [old, key] = [machine.read('etc/cassandra/tls/node.pem'), next.key()];
      put('staging-cassandra-ca', next.certificate + authority.certificate);
      put('staging-cassandra-b1-tls', key);
      const { attributes, journal, output } = fetchSecrets({}, 'report_ready; echo "TLS_CHANGED=$TLS_CHANGED"');
      expect(attributes).toMatchObject({
        code: 'ready-old-secret',
        state: expect.stringMatching(
          / since the certificate in secret staging-cassandra-b1-tls is not signed by an authority that the running ring knows: this node trusts that authority from now on, and takes the key when the script runs again, once the other nodes trust it too$/,
        ),
      });
      expect(machine.read('etc/cassandra/tls/ca.pem')).toBe(next.certificate + authority.certificate);
      expect(machine.read('etc/cassandra/tls/node.pem')).toBe(old);
      expect(output).toContain('TLS_CHANGED=yes');
      // No retry: the other nodes may not trust the new CA yet, so an operator has to run the script again.
      expect(journal).not.toContain('again in two minutes');
      expect(fetchSecrets({}, 'report_ready').attributes.code).toBe('ready');
      expect(machine.read('etc/cassandra/tls/node.pem')).toBe(key);
    });

    test('update only the CA certificates while a key is refused for another reason, and are requested again', () => {
      const old = machine.read('etc/cassandra/tls/node.pem');
      put('staging-cassandra-ca', next.certificate + authority.certificate);
      put('staging-cassandra-b1-tls', authority.key({ days: -1 }));
      const { attributes, journal } = fetchSecrets({}, 'report_ready');
      expect([attributes.code, journal]).toEqual(['ready-old-secret', expect.arrayContaining(['again in two minutes'])]);
      expect(machine.read('etc/cassandra/tls/ca.pem')).toBe(next.certificate + authority.certificate);
      expect(machine.read('etc/cassandra/tls/node.pem')).toBe(old);
    });

    test('fail when the CA of the running ring is missing while its certificates are in use', () => {
      put('staging-cassandra-ca', next.certificate + authority.certificate);
      fetchSecrets();
      put('staging-cassandra-ca', next.certificate);
      put('staging-cassandra-b1-tls', next.key());
      expect(fetchSecrets({}, 'report_ready').state).toMatch(
        / since the authority of the running ring is not in secret staging-cassandra-ca any more, and certificates it signed are in use$/,
      );
    });

    test('fail when the ones fetched before are invalid too', () => {
      put('staging-cassandra-b1-tls', authority.key({ days: -1 }));
      writeFileSync(machine.path('etc/cassandra/tls/node.pem'), authority.key({ days: -1 }));
      expect(fetchSecrets()).toMatchObject({ status: 2, attributes: { code: 'refused-secret' } });
    });

    test('fail when a secret was deleted, which revokes a key', () => {
      expect(fetchSecrets({ 'staging-cassandra-b1-tls': '404' })).toMatchObject({ status: 2, attributes: { code: 'refused-secret' } });
    });
  });

  test('fail when the private key belongs to another certificate', () => {
    const other = authority.key().split('-----END PRIVATE KEY-----\n')[0]!;
    put('staging-cassandra-b1-tls', authority.key({ keyOf: `${other}-----END PRIVATE KEY-----\n` }));
    expect(fetchSecrets().state).toBe('refused: the private key in secret staging-cassandra-b1-tls is not the one of its certificate');
  });

  test('fail when the secret contains no key', () => {
    put('staging-cassandra-b1-tls', 'hello');
    expect(fetchSecrets().state).toBe(
      'refused: secret staging-cassandra-b1-tls holds no certificate in PEM: run gke-platform cassandra renew-secrets staging',
    );
  });
});
