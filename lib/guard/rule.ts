import type { Subject } from './subject';
import type { Finding } from './verdict';

/** One thing that a plan must not do, or that its readers should know. */
export interface Rule {
  /** Short name, as acknowledgements have it. */
  readonly id: string;

  /** What it looks for, in a sentence. */
  readonly title: string;

  /** False for what nobody can take responsibility for, since nobody knows what it is. Otherwise left out. */
  readonly canBeAcknowledged?: false;

  check(subject: Subject): readonly Finding[];
}
