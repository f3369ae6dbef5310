import type { Values } from '../../../../lib/sandbox/values';
import { type Mistake, named, refusedByApi, refusedInPlan, SERVICE, service } from '../refusal';

const inService = (mistake: string, spec: Values, words: string): Mistake => [mistake, SERVICE, service(spec), words];

const inPolicy = (mistake: string, spec: Values, words: string): Mistake => [
  mistake,
  'kubernetes_network_policy_v1',
  { metadata: named(), spec: { pod_selector: {}, policy_types: ['Ingress', 'Egress'], ...spec } },
  words,
];
const from = (mistake: string, peer: Values, words: string): Mistake => inPolicy(mistake, { ingress: [{ from: [peer] }] }, words);
const port = (mistake: string, port: Values, words: string): Mistake => inPolicy(mistake, { ingress: [{ ports: [port] }] }, words);

const backend = (service: Values = { name: 'billing', port: { number: 80 } }): Values => ({ service });
const inIngress = (mistake: string, spec: Values, words: string): Mistake => [
  mistake,
  'kubernetes_ingress_v1',
  { metadata: named(), spec },
  words,
];
const path = (mistake: string, path: Values, words: string): Mistake =>
  inIngress(mistake, { rule: [{ http: { path: [{ path: '/', backend: backend(), ...path }] } }] }, words);

export const network = [
  ...refusedInPlan([
    inService(
      'an unknown type of service',
      { type: 'Cluster' },
      'expected spec.0.type to be one of ["ClusterIP" "ExternalName" "NodePort" "LoadBalancer"], got Cluster',
    ),
    inService('a port of a service of 0', { port: [{ port: 0 }] }, 'expected "spec.0.port.0.port" to be a valid port number, got: 0'),
    inService(
      'a port of a service of 70000',
      { port: [{ port: 70000 }] },
      'expected "spec.0.port.0.port" to be a valid port number, got: 70000',
    ),
    inService(
      'an unknown protocol of a service',
      { port: [{ port: 80, protocol: 'ICMP' }] },
      'expected spec.0.port.0.protocol to be one of ["TCP" "UDP" "SCTP"], got ICMP',
    ),
    inService('an address of a service that is none', { cluster_ip: '10.1' }, 'expected spec.0.cluster_ip to be one of ["None"], got 10.1'),
    inService(
      'an unknown affinity of sessions',
      { session_affinity: 'Cookie' },
      'expected spec.0.session_affinity to be one of ["ClientIP" "None"], got Cookie',
    ),
    inService(
      'an unknown policy of external traffic',
      { type: 'LoadBalancer', external_traffic_policy: 'Node' },
      'expected spec.0.external_traffic_policy to be one of ["Local" "Cluster"], got Node',
    ),
    inService(
      'sources that are no range',
      { type: 'LoadBalancer', load_balancer_source_ranges: ['10.0.0.1'] },
      'expected "spec.0.load_balancer_source_ranges.0" to be a valid CIDR Value, got 10.0.0.1: invalid CIDR address: 10.0.0.1',
    ),
    path(
      'an unknown type of path',
      { path_type: 'Regex' },
      'expected spec.0.rule.0.http.0.path.0.path_type to be one of ["ImplementationSpecific" "Prefix" "Exact"], got Regex',
    ),
  ]),
  ...refusedByApi([
    inService('no ports', { port: [] }, 'Service "billing" is invalid: spec.ports: Required value'),
    inService(
      'two ports without names',
      { port: [{ port: 80 }, { port: 81 }] },
      'Service "billing" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]',
    ),
    inService(
      'two ports of a service of one name',
      {
        port: [
          { port: 80, name: 'http' },
          { port: 81, name: 'http' },
        ],
      },
      'Service "billing" is invalid: spec.ports[1].name: Duplicate value: "http"',
    ),
    inService(
      'two ports of a service of one number',
      {
        port: [
          { port: 80, name: 'a' },
          { port: 80, name: 'b' },
        ],
      },
      'Service "billing" is invalid: spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ),
    inService(
      'an upper-case name of a port of a service',
      { port: [{ port: 80, name: 'HTTP' }] },
      `Service "billing" is invalid: spec.ports[0].name: Invalid value: "HTTP": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character`,
    ),
    inService(
      'a wrong port of the pods',
      { port: [{ port: 80, target_port: '70000' }] },
      'Service "billing" is invalid: spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ),
    inService(
      'a wrong name of a port of the pods',
      { port: [{ port: 80, target_port: 'http_port' }] },
      'Service "billing" is invalid: spec.ports[0].targetPort: Invalid value: "http_port": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    ),
    inService(
      'a port of the nodes out of range',
      { type: 'NodePort', port: [{ port: 80, node_port: 80 }] },
      'Service "billing" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ),
    inService(
      'a port of the nodes of an internal service',
      { port: [{ port: 80, node_port: 30080 }] },
      'Service "billing" is invalid: spec.ports[0].nodePort: Forbidden: may not be used when `type` is \'ClusterIP\'',
    ),
    inService(
      'an external name that is not given',
      { type: 'ExternalName', port: [] },
      'Service "billing" is invalid: spec.externalName: Required value',
    ),
    inService(
      'an external name that is none',
      { type: 'ExternalName', external_name: 'a_b', port: [] },
      `Service "billing" is invalid: spec.externalName: Invalid value: "a_b": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ),
    inService(
      'a policy of external traffic of an internal service',
      { external_traffic_policy: 'Local' },
      'Service "billing" is invalid: spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
    ),
    inService(
      'sources of an internal service',
      { load_balancer_source_ranges: ['10.0.0.0/8'] },
      'Service "billing" is invalid: spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is \'LoadBalancer\'',
    ),
    inPolicy(
      'an unknown type of policy',
      { policy_types: ['In'] },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.policyTypes[0]: Unsupported value: "In": supported values: "Ingress", "Egress"',
    ),
    port(
      'a port of a policy of 70000',
      { port: '70000' },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ),
    port(
      'a port of a policy of 0',
      { port: '0' },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ),
    port(
      'a wrong name of a port of a policy',
      { port: 'HTTP' },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: [spec.ingress[0].ports[0].port: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-), spec.ingress[0].ports[0].port: Invalid value: "HTTP": must contain at least one letter (a-z)]',
    ),
    port(
      'an end of a range before its start',
      { port: '90', end_port: 80 },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].ports[0].endPort: Invalid value: 90: must be greater than or equal to `port`',
    ),
    port(
      'an end of a range without a start',
      { end_port: 80 },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].ports[0].endPort: Invalid value: 80: may not be specified when `port` is not specified',
    ),
    port(
      'an end of a range of a named port',
      { port: 'http', end_port: 80 },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].ports[0].endPort: Invalid value: 80: may not be specified when `port` is non-numeric',
    ),
    port(
      'an end of a range of 70000',
      { port: '90', end_port: 70000 },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].ports[0].endPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ),
    port(
      'an unknown protocol of a policy',
      { port: '90', protocol: 'ICMP' },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"',
    ),
    from(
      'a range that is none',
      { ip_block: { cidr: '10.0.0.0' } },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid CIDR value,',
    ),
    from('no range', { ip_block: {} }, 'failed to expand IPBlock: null or empty input'),
    from(
      'an exception outside its range',
      { ip_block: { cidr: '10.0.0.0/8', except: ['192.168.0.0/16'] } },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "192.168.0.0/16": must be a strict subset of `cidr`',
    ),
    from(
      'an exception as large as its range',
      { ip_block: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
    ),
    from(
      'an exception that is no range',
      { ip_block: { cidr: '10.0.0.0/8', except: ['10.0.0'] } },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.0.0": must be a valid CIDR value,',
    ),
    from(
      'a range and pods in one peer',
      { ip_block: { cidr: '10.0.0.0/8' }, pod_selector: {} },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer',
    ),
    from(
      'a peer of nothing',
      {},
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].from[0]: Required value: must specify a peer',
    ),
    inPolicy(
      'an egress peer of nothing',
      { egress: [{ to: [{}] }] },
      'NetworkPolicy.networking.k8s.io "billing" is invalid: spec.egress[0].to[0]: Required value: must specify a peer',
    ),
    from(
      'a wrong label of a peer',
      { pod_selector: { match_labels: { app: 'a b' } } },
      `NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].from[0].podSelector.matchLabels: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ),
    from(
      'a wrong label of a namespace of a peer',
      { namespace_selector: { match_labels: { 'my team': 'a' } } },
      `NetworkPolicy.networking.k8s.io "billing" is invalid: spec.ingress[0].from[0].namespaceSelector.matchLabels: Invalid value: "my team": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ),
    inIngress(
      'no rules',
      {},
      'Ingress.networking.k8s.io "billing" is invalid: spec: Invalid value: null: either `defaultBackend` or `rules` must be specified',
    ),
    path(
      'a relative path',
      { path: 'billing', path_type: 'Prefix' },
      'Ingress.networking.k8s.io "billing" is invalid: spec.rules[0].http.paths[0].path: Invalid value: "billing": must be an absolute path',
    ),
    path(
      'two slashes in a path',
      { path: '/a//b', path_type: 'Prefix' },
      `Ingress.networking.k8s.io "billing" is invalid: spec.rules[0].http.paths[0].path: Invalid value: "/a//b": must not contain '//'`,
    ),
    path(
      'a wrong name of a service of a path',
      { backend: backend({ name: 'Billing', port: { number: 80 } }) },
      `Ingress.networking.k8s.io "billing" is invalid: spec.rules[0].http.paths[0].backend.service.name: Invalid value: "Billing": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character`,
    ),
    path(
      'a number and a name of a port',
      { backend: backend({ name: 'billing', port: { number: 80, name: 'http' } }) },
      'Ingress.networking.k8s.io "billing" is invalid: spec.rules[0].http.paths[0].backend: Invalid value: "": cannot set both port name & port number',
    ),
    path(
      'a port of a path of 70000',
      { backend: backend({ name: 'billing', port: { number: 70000 } }) },
      'Ingress.networking.k8s.io "billing" is invalid: spec.rules[0].http.paths[0].backend.service.port.number: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ),
    path(
      'a wrong name of a port of a path',
      { backend: backend({ name: 'billing', port: { name: 'HTTP' } }) },
      'Ingress.networking.k8s.io "billing" is invalid: [spec.rules[0].http.paths[0].backend.service.port.name: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-), spec.rules[0].http.paths[0].backend.service.port.name: Invalid value: "HTTP": must contain at least one letter (a-z)]',
    ),
    path(
      'no backend of a path',
      { backend: {} },
      'Ingress.networking.k8s.io "billing" is invalid: spec.rules[0].http.paths[0].backend: Invalid value: "": resource or service backend is required',
    ),
    inIngress(
      'a host that is an address',
      { rule: [{ host: '10.0.0.1', http: { path: [{ path: '/', backend: backend() }] } }] },
      'Ingress.networking.k8s.io "billing" is invalid: spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
    ),
    inIngress(
      'a host with an underscore',
      { rule: [{ host: 'a_b.example', http: { path: [{ path: '/', backend: backend() }] } }] },
      `Ingress.networking.k8s.io "billing" is invalid: spec.rules[0].host: Invalid value: "a_b.example": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ),
    inIngress(
      'a wildcard in the middle of a host',
      {
        rule: [{ host: 'a.*.example', http: { path: [{ path: '/', backend: backend() }] } }],
      },
      `Ingress.networking.k8s.io "billing" is invalid: spec.rules[0].host: Invalid value: "a.*.example": a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character`,
    ),
    inIngress(
      'a wrong host of a certificate',
      { default_backend: backend(), tls: [{ hosts: ['a_b.example'] }] },
      `Ingress.networking.k8s.io "billing" is invalid: spec.tls[0].hosts[0]: Invalid value: "a_b.example": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ),
    inIngress(
      'a wrong class',
      { ingress_class_name: 'GCE', default_backend: backend() },
      `Ingress.networking.k8s.io "billing" is invalid: spec.ingressClassName: Invalid value: "GCE": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ),
  ]),
];
