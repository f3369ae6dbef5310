import { parseYaml } from '../terraform/yaml';

/**
 * Parses JSON or YAML text, so that changes are shown per field.
 *
 * @returns undefined for other text, and for YAML that `parseYaml` does not support
 */
export function structuredText(text: string): object | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (!/^\s*[[{]/.test(text) && (!text.includes('\n') || !/^[^\n]*?:( |$)|^- /m.test(text))) return undefined;
  return parseYaml(text);
}

const MAX_LENGTH = 1_000_000;
