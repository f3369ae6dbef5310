import { Token } from 'cdktf';
import { escapeJsonForYaml } from '../../core/quote';
import type { SettingValue } from '../cassandra-configuration';

/** Renders one setting as YAML in block style. Keys and values are quoted where necessary. */
export function yamlSetting(name: string, value: SettingValue): string {
  return entry(name, value, '').join('\n');
}

function entry(name: string, value: SettingValue, indent: string): string[] {
  const key = scalar(name);
  if (Array.isArray(value) && value.length > 0) return [`${indent}${key}:`, ...items(value, `${indent}  `)];
  if (isMap(value)) return [`${indent}${key}:`, ...entries(value, `${indent}  `)];
  return [`${indent}${key}: ${scalar(value)}`];
}

function entries(map: Readonly<Record<string, SettingValue>>, indent: string): string[] {
  return Object.entries(map).flatMap(([name, value]) => entry(name, value, indent));
}

function items(list: readonly SettingValue[], indent: string): string[] {
  return list.flatMap((item) => {
    if (!isMap(item)) return [`${indent}- ${scalar(item)}`];
    const [first = '', ...rest] = entries(item, `${indent}  `);
    return [`${indent}- ${first.trimStart()}`, ...rest];
  });
}

function isMap(value: SettingValue): value is Readonly<Record<string, SettingValue>> {
  return typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0;
}

const PLAIN = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z/][\w./-]*$|^\d+(?:\.\d+){3}$|^\d+(?:ms|s|m|h|d|KiB|MiB|GiB|MiB\/s)$/i;

function scalar(value: SettingValue): string {
  if (typeof value === 'string' && !Token.isUnresolved(value) && PLAIN.test(value)) return value;
  return escapeJsonForYaml(JSON.stringify(value));
}
