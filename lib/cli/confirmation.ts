import { createInterface } from 'node:readline';
import { RefusedError } from '../core/reported-error';

/** Options of `requireConfirmation`. */
export interface ConfirmationOptions {
  /** Consequences, one a line. */
  readonly lines: readonly string[];

  /** Text to type. */
  readonly word: string;

  /** Description of that text, for example `the name of the stack`. */
  readonly description: string;

  /** Confirms without a question. */
  readonly yes: boolean;

  /** Ends the question as if nothing were typed. @default - none */
  readonly signal?: AbortSignal;

  /** @default - the terminal */
  readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean };

  /** @default - standard error */
  readonly output?: NodeJS.WritableStream;
}

/** @throws RefusedError if a question is needed and standard input is no terminal */
export function requireAnswerable({ yes, input = process.stdin }: Pick<ConfirmationOptions, 'yes' | 'input'>): void {
  if (!yes && input.isTTY !== true) throw new RefusedError('this needs a confirmation, and standard input is no terminal: pass --yes');
}

/**
 * Prints the consequences of a command, and asks for its confirmation.
 *
 * @throws RefusedError if another text is typed, or the question cannot be asked
 */
export async function requireConfirmation(options: ConfirmationOptions): Promise<void> {
  const { lines, word, description, yes, signal, input = process.stdin, output = process.stderr } = options;
  requireAnswerable({ yes, input });
  for (const line of lines) output.write(`${line}\n`);
  if (yes) return;
  const terminal = createInterface({ input, output, terminal: false, ...(signal && { signal }) });
  output.write(`To confirm, type ${description} (${word}): `);
  const answer = await new Promise<string | undefined>((resolve) => {
    terminal.once('line', resolve);
    terminal.once('close', () => resolve(undefined));
  });
  terminal.close();
  if (answer?.trim() !== word) throw new RefusedError(answer === undefined ? 'not confirmed' : `not confirmed: ${description} is ${word}`);
}
