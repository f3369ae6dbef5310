import { ComputeGlobalAddress } from '@cdktf/provider-google/lib/compute-global-address';
import { ComputeManagedSslCertificate } from '@cdktf/provider-google/lib/compute-managed-ssl-certificate';
import { ComputeSslPolicy } from '@cdktf/provider-google/lib/compute-ssl-policy';
import { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set';
import { Release } from '@cdktf/provider-helm/lib/release';
import { IngressV1 } from '@cdktf/provider-kubernetes/lib/ingress-v1';
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1';
import { Port } from '../../lib/network';
import { Synthesized } from '../../lib/testing';
import { AppNamespace, PublicEndpoint, type PublicEndpointProps, Workload, type WorkloadProps } from '../../lib/workload';
import { ClusterStack } from './cluster-stack';
import { releaseMetadata } from './release-metadata';

let stack: ClusterStack;
let gateway: Workload;

beforeEach(() => open());

function open(enabled?: boolean, props: Partial<WorkloadProps> = {}): void {
  stack = new ClusterStack();
  gateway = new Workload(stack, 'Gateway', {
    namespace: new AppNamespace(stack, 'Namespace', { cluster: stack.cluster, name: 'gateway', enabled }),
    image: 'a:1',
    port: Port.tcp(8080),
    ports: { admin: Port.tcp(9090), dns: Port.udp(53) },
    ...props,
  });
}

function endpoint(props: Partial<PublicEndpointProps> = {}): PublicEndpoint {
  return new PublicEndpoint(stack, 'Api', { workload: gateway, hostName: 'api.example.com', ...props });
}

test('has an address, a certificate, a DNS record and an Ingress', () => {
  endpoint({ dnsZoneName: 'example-com' });
  const synthesized = Synthesized.from(stack);

  expect(synthesized.only(ComputeGlobalAddress)).toMatchObject({ project: 'parking-staging', name: 'staging-api' });
  expect(synthesized.only(ComputeManagedSslCertificate)).toMatchObject({
    name: expect.stringMatching(/^staging-api-[0-9a-f]{8}$/),
    managed: { domains: ['api.example.com'] },
    lifecycle: { create_before_destroy: true },
  });
  expect(synthesized.only(ComputeSslPolicy)).toMatchObject({ profile: 'MODERN', min_tls_version: 'TLS_1_2' });
  expect(synthesized.at('Api/DnsRecord', DnsRecordSet)).toMatchObject({
    project: 'parking-staging',
    managed_zone: 'example-com',
    name: 'api.example.com.',
    type: 'A',
    rrdatas: [expect.stringMatching(/^\$\{google_compute_global_address\.Api_Address_\w+\.address\}$/)],
  });
  expect(synthesized.only(IngressV1)).toMatchObject({
    timeouts: { create: '30m', delete: '30m' },
    metadata: {
      annotations: {
        'kubernetes.io/ingress.class': 'gce',
        'kubernetes.io/ingress.global-static-ip-name': expect.stringMatching(/^\$\{google_compute_global_address\..*\.name\}$/),
        'ingress.gcp.kubernetes.io/pre-shared-cert': expect.stringMatching(/^\$\{google_compute_managed_ssl_certificate\..*\.name\}$/),
        'networking.gke.io/v1beta1.FrontendConfig': expect.stringMatching(/^\$\{helm_release\..*\.name\}$/),
      },
    },
    spec: {
      rule: [
        {
          host: 'api.example.com',
          http: { path: [{ path: '/', path_type: 'Prefix', backend: { service: { port: { number: 8080 } } } }] },
        },
      ],
    },
  });
});

test('the chart of the package has BackendConfig and FrontendConfig, and the Service names them', () => {
  open(true, { terminationGraceSeconds: 90 });
  endpoint({ securityPolicyName: 'armor', healthCheckPath: '/ready', timeoutSeconds: 90 });
  const synthesized = Synthesized.from(stack);
  const release = synthesized.only(Release);
  expect(release).toMatchObject({ name: 'api', chart: expect.stringMatching(/^\$\{path\.module\}\/assets\//) });
  const values = JSON.parse(release.values[0]);
  expect(values).toMatchObject({
    name: 'api',
    securityPolicy: 'armor',
    timeoutSeconds: 90,
    drainingSeconds: 90,
    healthCheckPath: '/ready',
    healthCheckPort: 8080,
  });
  expect(values.sslPolicy).toMatch(/^\$\{google_compute_ssl_policy\./);
  expect(synthesized.only(ServiceV1).metadata.annotations).toEqual({
    'cloud.google.com/neg': '{"ingress":true}',
    'cloud.google.com/backend-config': '{"default":"api"}',
  });
});

test("allows Google's proxies and health checks to one port", () => {
  endpoint({ port: Port.tcp(9090), healthCheckPath: '/' });
  const policies = Synthesized.from(stack).byPath(NetworkPolicyV1);
  expect(Object.keys(policies).filter((path) => path.includes('From'))).toEqual(['Gateway/From-google-load-balancers-tcp-9090/Ingress']);
  expect(policies['Gateway/From-google-load-balancers-tcp-9090/Ingress']!.spec).toMatchObject({
    pod_selector: { match_labels: { 'app.kubernetes.io/name': 'gateway' } },
    ingress: [{ from: [{ ip_block: { cidr: '130.211.0.0/22' } }, { ip_block: { cidr: '35.191.0.0/16' } }], ports: [{ port: '9090' }] }],
  });
});

test("has the path and port of the workload's readiness probe, and is allowed to it", () => {
  open(true, { probePort: Port.tcp(8081), probePath: '/ready' });
  const { healthCheckPath, healthCheckPort } = endpoint();
  expect([healthCheckPath, `${healthCheckPort}`]).toEqual(['/ready', 'tcp/8081']);
  const synthesized = Synthesized.from(stack);
  expect(JSON.parse(synthesized.only(Release).values[0])).toMatchObject({
    healthCheckPath: '/ready',
    healthCheckPort: 8081,
    drainingSeconds: 60,
  });
  expect(Object.keys(synthesized.byPath(NetworkPolicyV1)).filter((path) => path.includes('From'))).toEqual([
    'Gateway/From-google-load-balancers-tcp-8080/Ingress',
    'Gateway/From-google-load-balancers-tcp-8081/Ingress',
  ]);
});

test.each(['tcp', 'none'] as const)('requires a health check path for a workload with probe %s', (probe) => {
  open(true, { probe });
  expect(() => endpoint()).toThrow(
    `'healthCheckPath' must be given for a workload whose probe is '${probe}', since the load balancer checks over HTTP, got none (at staging/Api)`,
  );
  open(true, { probe });
  expect(`${endpoint({ healthCheckPath: '/' }).healthCheckPort}`).toBe('tcp/8080');
});

test('another host name has another certificate with a name of its own', () => {
  const names = ['api.example.com', 'www.example.com'].map((hostName) => {
    open();
    endpoint({ hostName });
    return Synthesized.from(stack).only(ComputeManagedSslCertificate).name;
  });
  expect(new Set(names).size).toBe(2);
});

test('several host names share the backend, each with a certificate and a record', () => {
  endpoint({ dnsZoneName: 'example-com', additionalHostNames: ['www.example.com', 'old.example.com'] });
  const synthesized = Synthesized.from(stack);
  const domains = synthesized.list(ComputeManagedSslCertificate).map(({ managed }) => managed.domains);
  expect(domains.flat().sort()).toEqual(['api.example.com', 'old.example.com', 'www.example.com']);
  expect(synthesized.at('Api/DnsRecord-www.example.com', DnsRecordSet)).toMatchObject({ name: 'www.example.com.' });
  const { metadata, spec } = synthesized.only(IngressV1);
  expect(spec.rule.map(({ host }: { host: string }) => host)).toEqual(['api.example.com', 'www.example.com', 'old.example.com']);
  expect(metadata.annotations['ingress.gcp.kubernetes.io/pre-shared-cert'].split(',')).toHaveLength(3);
  expect(synthesized.list(Release)).toHaveLength(1);
});

test.each([true, false])('fails when the workload has another endpoint, with the namespace enabled: %p', (enabled) => {
  open(enabled);
  endpoint({ securityPolicyName: 'armor' });
  expect(() => new PublicEndpoint(stack, 'Www', { workload: gateway, hostName: 'www.example.com' })).toThrow(
    "'workload' must have one public endpoint (use 'additionalHostNames' of staging/Api), got staging/Gateway again (at staging/Www)",
  );
});

test('fails when an annotation of the Service would be overwritten', () => {
  gateway.annotateService('cloud.google.com/app-protocols', 'a');
  gateway.annotateService('cloud.google.com/app-protocols', 'a');
  expect(() => gateway.annotateService('cloud.google.com/app-protocols', 'b')).toThrow(
    "service annotation 'cloud.google.com/app-protocols' must have one value, got 'b' besides 'a' (at staging/Gateway)",
  );
});

test('without a zone there is no record, and the zone can be in another project', () => {
  endpoint();
  expect(Object.keys(Synthesized.from(stack).byPath(DnsRecordSet))).not.toContain('Api/DnsRecord');
  open();
  endpoint({ dnsZoneName: 'example-com', dnsProjectId: 'shared-dns' });
  const record = Synthesized.from(stack).at('Api/DnsRecord', DnsRecordSet);
  expect(record.project).toBe('shared-dns');
  expect(record).not.toHaveProperty('depends_on');
});

test('in a namespace that is not enabled address, record and certificate are kept, without an Ingress', () => {
  open(false);
  endpoint({ dnsZoneName: 'example-com' });
  const synthesized = Synthesized.from(stack);
  for (const type of [ComputeGlobalAddress, ComputeManagedSslCertificate]) expect(synthesized.list(type)).toHaveLength(1);
  expect(Object.keys(synthesized.byPath(DnsRecordSet))).toContain('Api/DnsRecord');
  expect(Object.keys(synthesized.byPath(NetworkPolicyV1))).toContain('Gateway/From-google-load-balancers-tcp-8080/Ingress');
  for (const type of [IngressV1, Release]) expect(synthesized.list(type)).toEqual([]);
});

test('states in a note of the release that its chart has no pods and no policies', () => {
  endpoint();
  expect(releaseMetadata(stack)).toMatchObject({ reachability: { podLabels: null, networkPolicies: false } });
});

test('its default child is the Ingress', () => {
  expect(endpoint().node.defaultChild).toBeInstanceOf(IngressV1);
});

test.each<[string, Partial<PublicEndpointProps>, string]>([
  [
    'the workload does not listen on the port',
    { port: Port.tcp(1) },
    "'port' must be one of the workload's ports, got tcp/1 (at staging/Api)",
  ],
  ['the port is UDP', { port: Port.udp(53) }, "'port' must be a tcp port, got udp/53"],
  [
    'the host name is a URL',
    { hostName: 'https://api.example.com' },
    "'hostName' must be a host name in lower case of at most 63 characters, such as api.example.com, got 'https://api.example.com'",
  ],
  [
    'a host name is there twice',
    { additionalHostNames: ['api.example.com'] },
    "'additionalHostNames' must not repeat a value, got 'api.example.com' twice",
  ],
  [
    'there are more host names than certificates',
    { additionalHostNames: [...'abcdefghijklmno'].map((letter) => `${letter}.example.com`) },
    "'additionalHostNames' must be at most 14, as a load balancer takes 15 certificates, got 15",
  ],
  ['the health check path is relative', { healthCheckPath: 'ready' }, "'healthCheckPath' must be a path that begins with /, got 'ready'"],
  [
    'pods are killed before they have answered',
    { timeoutSeconds: 60 },
    "'timeoutSeconds' must be at most the workload's terminationGraceSeconds (30), or a rollout cuts requests off, got 60",
  ],
  ['its policy is a path', { securityPolicyName: 'global/armor' }, "'securityPolicyName' must be lower case letters"],
  ['its zone is a domain', { dnsZoneName: 'example.com' }, "'dnsZoneName' must be lower case letters"],
  ['the project of its zone is none', { dnsProjectId: 'DNS' }, "'dnsProjectId' must be a project id: 6 to 30 lower case letters"],
  ['it has no time to answer', { timeoutSeconds: 0 }, "'timeoutSeconds' must be a whole number at least 1, got 0"],
])('fails when %s', (_, props, message) => {
  expect(() => endpoint(props)).toThrow(message);
});

test('fails when the workload has no port', () => {
  const worker = new Workload(stack, 'Worker', { namespace: gateway.namespace, image: 'a:1' });
  expect(() => endpoint({ workload: worker })).toThrow("'port' must be one of the workload's ports, got none (at staging/Api)");
});

test.each<[string, Partial<PublicEndpointProps>, string]>([
  ['hostName', { hostName: 'api.example.com' }, 'api.example.com'],
  ['additionalHostNames', { hostName: 'b.example.com', additionalHostNames: ['www.example.com'] }, 'www.example.com'],
])("fails when %s is another endpoint's", (prop, props, hostName) => {
  endpoint({ additionalHostNames: ['www.example.com'] });
  const other = new Workload(stack, 'Other', { namespace: gateway.namespace, image: 'a:1', port: Port.tcp(8080) });
  expect(() => new PublicEndpoint(stack, 'Again', { workload: other, hostName: 'b.example.com', ...props })).toThrow(
    `'${prop}' must be used by one endpoint of a stack, got '${hostName}' of staging/Api again (at staging/Again)`,
  );
});
