import type * as Redacted from '../redaction';
import type * as Terraform from '../terraform/plan';
import { reportJson } from './former-keys';

/** Standard output of a command that shows values of a stack or a plan. Their secrets are masked. */
export class RedactedOutput {
  /** Masks the secrets of a configuration, of a plan if there is one, and of the environment. */
  public static of(synthesized: unknown, plan?: unknown): RedactedOutput {
    const { Redaction } = require('../redaction') as typeof Redacted;
    const { Plan, PlanFormatError } = require('../terraform/plan') as typeof Terraform;
    const redactions = [Redaction.ofConfiguration(synthesized, process.env)];
    try {
      if (plan !== undefined) redactions.push(Redaction.of(Plan.read(plan)));
    } catch (error) {
      // The command reports the plan itself.
      if (!(error instanceof PlanFormatError)) throw error;
    }
    return new RedactedOutput(redactions);
  }

  private constructor(private readonly redactions: readonly Redacted.Redaction[]) {}

  /** Masks a text, line by line. */
  public mask(text: string): string {
    const lines = text.split('\n').map((line) => this.redactions.reduce((masked, redaction) => redaction.text(masked), line));
    return lines.join('\n');
  }

  public print(text: string): void {
    process.stdout.write(`${this.mask(text)}\n`);
  }

  /** Prints a report of this library. Its keys are constants. */
  public printJson(report: unknown): void {
    const plain: unknown = JSON.parse(reportJson(report, 2));
    process.stdout.write(
      `${JSON.stringify(
        this.redactions.reduce((masked, redaction) => redaction.clean(masked, NO_KEYS), plain),
        undefined,
        2,
      )}\n`,
    );
  }
}

const NO_KEYS: ReadonlySet<string> = new Set();
