import { isIP } from 'node:net';
import type { Field } from './field';
import { dns1035Label, portName, portNumber, subdomain } from './syntax';

export function checkIngress(object: Field): void {
  const spec = object.get('spec');
  const rules = spec.items('rules');
  if (rules.length === 0 && !spec.get('defaultBackend').isSet)
    spec.as(null).invalid('either `defaultBackend` or `rules` must be specified');
  if (spec.get('defaultBackend').isSet) checkBackend(spec.get('defaultBackend'));
  for (const rule of rules) {
    checkHost(rule.get('host'));
    for (const path of rule.items('http.paths')) checkPath(path);
  }
  for (const certificate of spec.items('tls')) for (const host of certificate.items('hosts')) checkHost(host, false);
  spec.get('ingressClassName').check(subdomain);
}

function checkHost(host: Field, isRule = true): void {
  if (host.text === '') return;
  if (isRule && isIP(host.text) !== 0) host.invalid('must be a DNS name, not an IP address');
  host.check(host.text.includes('*') ? wildcard : subdomain);
}

function wildcard(text: string): string[] {
  const pattern = '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
  return new RegExp(`^${pattern}$`).test(text)
    ? []
    : [
        `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '${pattern}')`,
      ];
}

/** Parts that a path of type `Exact` or `Prefix` must not contain. */
const FORBIDDEN_IN_PATHS = ['//', '/./', '/../', '%2f', '%2F'];

function checkPath(path: Field): void {
  const [text, type] = [path.get('path'), path.get('pathType').text];
  if (type === 'Exact' || type === 'Prefix') {
    if (!text.text.startsWith('/')) text.as(text.text).invalid('must be an absolute path');
    for (const part of FORBIDDEN_IN_PATHS) if (text.text.includes(part)) text.invalid(`must not contain '${part}'`);
    for (const end of ['/..', '/.']) if (text.text.endsWith(end)) text.invalid(`cannot end with '${end}'`);
  } else if (text.text !== '' && !text.text.startsWith('/')) {
    text.invalid('must be an absolute path');
  }
  checkBackend(path.get('backend'));
}

function checkBackend(backend: Field): void {
  const service = backend.get('service');
  if (!service.isSet && !backend.get('resource').isSet) {
    backend.as('').invalid('resource or service backend is required');
    return;
  }
  if (!service.isSet) return;
  service.get('name').requireText(dns1035Label);
  const [name, number] = [service.get('port.name'), service.get('port.number')];
  if (name.text !== '' && number.number !== 0) {
    backend.as('').invalid('cannot set both port name & port number');
    return;
  }
  if (name.text !== '') name.check(portName);
  else if (number.number === 0) backend.as('').invalid('port name or number is required');
  else for (const detail of portNumber(number.number)) number.invalid(detail);
}
