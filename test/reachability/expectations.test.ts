import { Reachability } from '../../lib/testing';
import { machine, namespaces, pods, policy, reachability, ref, rule } from './hand-made';

const reach = new Reachability(
  reachability(
    namespaces({ web: {}, other: {}, db: {} }),
    pods('web'),
    pods('other'),
    pods('db'),
    policy('db', 'in', {
      policy_types: ['Ingress'],
      ingress: [{ from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'web' } } }], ports: [{ port: '9042' }] }],
    }),
    policy('other', 'in', {
      policy_types: ['Ingress'],
      ingress: [{ from: [{ ip_block: { cidr: '10.10.16.4/31' } }], ports: [{ port: ref('var.port') }] }],
    }),
    machine('vm'),
    rule('nodes', { allow: [{ protocol: 'tcp', ports: ['80'] }], source_ranges: ['10.10.16.5/32'], target_tags: ['node'] }),
  ),
);

test('tests connections', () => {
  expect([reach.allows('web', 'db', 9042), reach.allows('web', 'db', 'udp/9042'), reach.allows('other', 'db', 9042)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(() => reach.allows('vm', 'other', 80)).toThrow('vm may reach other at tcp/80');
});

test('lists clients and servers', () => {
  expect(reach.clientsOf('db', 9042)).toEqual(['web']);
  expect(reach.serversOf('web')).toMatchObject({ db: '9042' });
});

test('expects connections, and fails with the reasons and a remediation', () => {
  reach.expectAllowed('web', 'db', 9042);
  expect(() => reach.expectAllowed('other', 'db', 9042)).toThrow(
    [
      'other does not reach db at tcp/9042',
      '  no NetworkPolicy restricts egress of other: all egress is allowed',
      '  no firewall rule denies other to db: egress is allowed by default',
      "  GKE's own rule from pods to nodes allows every pod (10.20.0.0/16) to db at every port (priority 1000)",
      '  no NetworkPolicy of db allows ingress from other at tcp/9042 (isolated by in)',
      '  remediation: db.allowFrom(other, Port.tcp(9042))',
    ].join('\n'),
  );
});

test('expects denied connections, and fails for an unknown one', () => {
  reach.expectDenied('other', 'db', 9042);
  expect(() => reach.expectDenied('web', 'db', 9042)).toThrow('web reaches db at tcp/9042');
  expect(() => reach.expectDenied('vm', 'other', 80)).toThrow('vm may reach other at tcp/80');
});

test('expects exactly these clients', () => {
  reach.expectOnlyFrom('db', 9042, ['web']);
  expect(() => reach.expectOnlyFrom('db', 9042, ['other'])).toThrow(
    'expected only other to reach db at 9042, found web\nweb reaches db at tcp/9042',
  );
});

test('expects an unreachable port', () => {
  reach.expectUnreachable('db', 7199);
  expect(() => reach.expectUnreachable('db', 9042)).toThrow('expected no client to reach db at 9042, found web');
});

test('fails on an unknown name, and lists the known ones', () => {
  expect(() => reach.allows('nobody', 'db', 1)).toThrow(/unknown endpoint 'nobody'; known: .*db, other, web/);
});
