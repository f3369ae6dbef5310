import { clip } from '../core/clip';
import { Redaction } from './redaction';

/** Maximum length of a line: Terraform quotes the line of an error, and a synthesized stack may be one line. */
const MAX_LINE = 300;

/**
 * Masks the secrets of the configuration and the environment in a message of Terraform.
 *
 * @throws ReportedError when a secret would be shown
 */
export function redactMessage(message: string, configuration: unknown, environment: Readonly<Record<string, string | undefined>>): string {
  return Redaction.ofConfiguration(configuration, environment)
    .value(message)
    .split('\n')
    .map((line) => clip(line, MAX_LINE))
    .join('\n');
}
