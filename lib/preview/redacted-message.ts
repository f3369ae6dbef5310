import { clip } from './clip';
import { Redaction } from './redaction';

/** Longest line that is shown: Terraform quotes the line an error is in, and a synthesized stack may be one line. */
const MAX_LINE = 300;

/**
 * What Terraform says when there is no plan, without the secrets that the configuration and the environment hold.
 *
 * @throws ReportedError when one would be shown all the same
 */
export function redactedMessage(
  message: string,
  configuration: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const [cleaned] = Redaction.ofConfiguration(configuration, environment).clean([message]);
  return cleaned!
    .split('\n')
    .map((line) => clip(line, MAX_LINE))
    .join('\n');
}
