import { isIP } from 'node:net';
import { CloudError } from '../../cloud-error';
import { collectValues, isValues, type Values } from '../../values';
import type { Field } from './field';
import { checkSelector } from './selector';
import { portName, portNumber } from './syntax';

export function checkNetworkPolicy(object: Field): void {
  const spec = object.get('spec');
  checkSelector(spec.get('podSelector'));
  for (const [rules, peers] of [['ingress', 'from'] as const, ['egress', 'to'] as const]) {
    for (const rule of spec.items(rules)) {
      for (const port of rule.items('ports')) checkPort(port);
      for (const peer of rule.items(peers)) checkPeer(peer);
    }
  }
  const { value: types } = spec.get('policyTypes');
  for (const index of Array.isArray(types) ? types.keys() : []) spec.items('policyTypes')[index]!.supports(['Ingress', 'Egress']);
}

/** Rejects a block without a range, which the provider does not send. */
export function readableBlocks(values: Values): void {
  for (const path of ['spec.ingress.from.ip_block', 'spec.egress.to.ip_block']) {
    const isEmpty = collectValues(values, path)
      .flat()
      .some((block) => !isValues(block) || (!block.cidr && !(Array.isArray(block.except) && block.except.length > 0)));
    if (isEmpty) throw new CloudError('failed to expand IPBlock: null or empty input');
  }
}

function checkPort(port: Field): void {
  const [protocol, number, end] = [port.get('protocol'), port.get('port'), port.get('endPort')];
  protocol.supports(['TCP', 'UDP', 'SCTP']);
  const isNumber = /^-?\d+$/.test(number.text);
  const hasEnd = end.number !== 0;
  if (number.text === '') {
    if (hasEnd) end.invalid('may not be specified when `port` is not specified');
    return;
  }
  if (!isNumber) {
    if (hasEnd) end.invalid('may not be specified when `port` is non-numeric');
    number.check(portName);
    return;
  }
  for (const detail of portNumber(number.number)) number.as(number.number).invalid(detail);
  if (!hasEnd) return;
  if (end.number < number.number) end.as(number.number).invalid('must be greater than or equal to `port`');
  for (const detail of portNumber(end.number)) end.invalid(detail);
}

function checkPeer(peer: Field): void {
  const selectors = peer.pickPresent(['podSelector', 'namespaceSelector']);
  for (const selector of selectors) checkSelector(peer.get(selector));
  const block = peer.get('ipBlock');
  if (block.isSet) checkBlock(block);
  if (block.isSet && selectors.length > 0) peer.forbidden('may not specify both ipBlock and another peer');
  if (!block.isSet && selectors.length === 0) peer.required('must specify a peer');
}

function checkBlock(block: Field): void {
  const cidr = block.get('cidr');
  if (cidr.text === '') cidr.required();
  const range = parseRange(cidr.text);
  if (!range && cidr.text !== '') cidr.invalid(NO_CIDR);
  for (const except of block.items('except')) {
    const inner = parseRange(except.text);
    if (!inner) except.invalid(NO_CIDR);
    else if (
      range &&
      !(
        inner.version === range.version &&
        inner.length > range.length &&
        maskAddress(inner.address, range) === maskAddress(range.address, range)
      )
    ) {
      except.invalid('must be a strict subset of `cidr`');
    }
  }
}

const NO_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

interface Range {
  readonly version: number;
  readonly address: bigint;
  readonly length: number;
}

function parseRange(text: string): Range | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const version = isIP(address);
  if (rest.length > 0 || version === 0 || !/^\d+$/.test(length) || Number(length) > countBits(version)) return undefined;
  return { version, address: version === 4 ? ipv4(address) : ipv6(address), length: Number(length) };
}

function maskAddress(address: bigint, { version, length }: Range): bigint {
  return address >> BigInt(countBits(version) - length);
}

function countBits(version: number): number {
  return version === 4 ? 32 : 128;
}

function ipv4(address: string): bigint {
  return address.split('.').reduce((total, byte) => total * 256n + BigInt(byte), 0n);
}

function ipv6(address: string): bigint {
  const [head = '', tail] = address
    .replace(/:(\d+\.\d+\.\d+\.\d+)$/, (_, last: string) => `:${(ipv4(last) >> 16n).toString(16)}:${(ipv4(last) & 0xffffn).toString(16)}`)
    .split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].reduce((total, group) => total * 65536n + BigInt(`0x${group}`), 0n);
}
