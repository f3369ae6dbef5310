import { isBlock } from '../terraform/values';

/** A text of a block; empty when there is none. */
export function textIn(body: unknown, name: string): string {
  const value = isBlock(body) ? body[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/** A number of a block, also when it is written as a text. */
export function numberIn(body: unknown, name: string): number | undefined {
  const value = isBlock(body) ? body[name] : undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The region of a zone; a region itself. */
export function regionOf(location: string): string {
  return location.replace(/^.*\//, '').replace(/-[a-z]$/, '');
}
