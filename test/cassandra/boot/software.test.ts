import { existsSync, writeFileSync } from 'node:fs';
import type { CassandraConfiguration } from '../../../lib/cassandra/cassandra-configuration';
import { TestMachine } from './test-machine';

describe('the software of a node', () => {
  let machine: TestMachine;
  afterEach(() => machine.remove());

  function install(
    installed = '',
    configuration: Partial<CassandraConfiguration> = {},
    joinedVersion?: string,
    { status = 'hold ok installed', fakes = '' } = {},
  ) {
    machine = new TestMachine(configuration);
    if (joinedVersion !== undefined) writeFileSync(machine.path('var/lib/cassandra/joined'), `cassandra_version=${joinedVersion}\n`);
    return machine.run(
      'install_cassandra',
      `
      dpkg() { if [[ $1 == -s ]]; then [[ -n '${installed}' ]] && printf 'Status: ${status}\\nVersion: ${installed}\\n'; else journal "dpkg $*"; fi; }
      install() { if [[ $1 == -d ]]; then mkdir -p "$2"; else command install "$@"; fi; }
      curl() { touch "$4"; journal "key from $2"; }
      systemctl() { journal "systemctl $*"; }
      apt-get() { journal "apt-get $* (starts: $([[ -x ${machine.path('usr/sbin/policy-rc.d')} ]] && echo no || echo yes))"; }
      apt-mark() { journal "apt-mark $*"; }
      umount() { journal umount; }
      ${fakes}
      `,
    );
  }

  test('is installed in its exact version, from a signed repository, without an automatic start, and held at that version', () => {
    expect(install()).toMatchObject({
      status: 0,
      journal: [
        'key from https://downloads.apache.org/cassandra/KEYS',
        'systemctl mask --quiet --runtime cassandra.service',
        'dpkg --configure -a',
        'apt-get update --quiet (starts: no)',
        'apt-get install --quiet --yes --no-install-recommends openjdk-17-jre-headless cassandra=5.0.8 cassandra-tools=5.0.8 (starts: no)',
        'apt-mark hold cassandra cassandra-tools',
        'systemctl unmask --quiet --runtime cassandra.service',
      ],
    });
    expect(machine.read('etc/apt/sources.list.d/cassandra.list')).toMatch(
      /^deb \[signed-by=\S+apache-cassandra\.asc\] https:\/\/debian\.cassandra\.apache\.org 50x main\n$/,
    );
    expect(existsSync(machine.path('usr/sbin/policy-rc.d'))).toBe(false);
  });

  test('is unchanged when the boot image contains it', () => {
    expect(install('5.0.8')).toMatchObject({ status: 0, journal: [] });
  });

  test.each(['install ok half-installed', 'install ok unpacked', 'hold reinstreq half-configured'])(
    'is installed after an interrupted installation (%s)',
    (status) => {
      const { journal } = install('5.0.8', {}, undefined, { status });
      expect(journal).toEqual(expect.arrayContaining(['dpkg --configure -a', expect.stringContaining('cassandra=5.0.8')]));
    },
  );

  test.each([
    ['the package server', 'apt-get() { [[ $1 == update ]]; }', 'Cassandra 5.0.8 cannot be installed'],
    ['the server of the keys', 'curl() { return 22; }', 'the keys of the Apache packages cannot be fetched'],
  ])('is retried in two minutes when %s fails', (_, fakes, sentence) => {
    expect(install('', {}, undefined, { fakes })).toMatchObject({
      status: 2,
      state: expect.stringContaining(`waiting: ${sentence}`),
      attributes: { code: 'waiting-packages' },
      journal: expect.arrayContaining(['again in two minutes']),
    });
  });

  test('keeps the version that the disk was last used with when another one is configured', () => {
    const { status, journal, output } = install('5.0.8', { cassandraVersion: '5.0.9' }, '5.0.8');
    expect({ status, journal }).toEqual({ status: 0, journal: [] });
    expect(output).toContain('Cassandra 5.0.8 is installed and 5.0.9 is asked for: a boot never changes the version');
  });

  test.each([
    ['of a new node', undefined],
    ['of a node whose disk was used with what is asked for', '5.0.8'],
  ])('fails when the boot image %s has another version', (_, joinedVersion) => {
    expect(install('5.0.9', {}, joinedVersion)).toMatchObject({
      status: 2,
      journal: ['umount'],
      state: 'refused: Cassandra 5.0.9 is in the boot image, and 5.0.8 is asked for',
    });
  });

  test('fails when the boot image lacks it and installation is disabled', () => {
    expect(install('', { packageAccess: false })).toMatchObject({
      status: 2,
      journal: [],
      state: 'refused: package cassandra 5.0.8 is not in the boot image, and packageAccess is off',
    });
  });
});
