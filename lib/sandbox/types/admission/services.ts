import { sameValue } from '../../values';
import type { Field } from './field';
import { checkLabels } from './metadata';
import { dnsLabel, portName, portNumber, subdomain } from './syntax';

/**
 * Validates a service.
 *
 * @param before service before the update. The API server drops unchanged fields of its former type. @default - a creation
 */
export function checkService(object: Field, before?: Field): void {
  const spec = object.get('spec');
  const type = spec.get('type').text;
  const isKept = (path: string): boolean =>
    before !== undefined && before.get('spec.type').text !== type && sameValue(object.get(path).value, before.get(path).value);
  const ports = spec.items('ports');
  if (ports.length === 0 && type !== 'ExternalName' && spec.get('clusterIP').text !== 'None') spec.get('ports').required();
  const names = new Set<string>();
  const keepsPorts = isKept('spec.ports');
  for (const port of ports) checkPort(port, keepsPorts ? '' : type, ports.length > 1, names);
  checkLabels(spec, 'selector');
  if (type === 'ExternalName') spec.get('externalName').requireText(subdomain);
  checkRepeatedPorts(ports);
  const isExternal = type === 'LoadBalancer' || type === 'NodePort' || spec.items('externalIPs').length > 0;
  const policy = spec.get('externalTrafficPolicy');
  if (policy.text !== '' && !isExternal && !isKept(policy.path)) policy.invalid('may only be set for externally-accessible services');
  const sources = spec.get('loadBalancerSourceRanges');
  if (Array.isArray(sources.value) && sources.value.length > 0 && type !== 'LoadBalancer') {
    sources.at('spec.LoadBalancerSourceRanges').forbidden("may only be used when `type` is 'LoadBalancer'");
  }
}

/** Node port range of services. */
const NODE_PORTS = { first: 30_000, last: 32_767 };

function checkPort(port: Field, type: string, isOneOfSeveral: boolean, names: Set<string>): void {
  const [name, target, nodePort] = [port.get('name'), port.get('targetPort'), port.get('nodePort')];
  if (name.text !== '') {
    name.check(dnsLabel);
    if (names.has(name.text)) name.duplicate();
    names.add(name.text);
  } else if (isOneOfSeveral) name.required();
  if (/^-?\d+$/.test(target.text)) for (const detail of portNumber(target.number)) target.as(target.number).invalid(detail);
  else target.check(portName);
  if (nodePort.number === 0) return;
  if (type === 'ClusterIP') nodePort.forbidden("may not be used when `type` is 'ClusterIP'");
  else if (nodePort.number < NODE_PORTS.first || nodePort.number > NODE_PORTS.last) {
    nodePort.invalid(`provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.last}`);
  }
}

function checkRepeatedPorts(ports: readonly Field[]): void {
  const seen = new Set<string>();
  for (const port of ports) {
    const [number, protocol] = [port.get('port').number, port.get('protocol').text];
    const key = `${protocol}:${number}`;
    if (seen.has(key)) port.as({ Name: '', Protocol: protocol, AppProtocol: null, Port: number, TargetPort: 0, NodePort: 0 }).duplicate();
    seen.add(key);
  }
}
