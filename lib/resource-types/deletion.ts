/**
 * Effect of the deletion of a resource:
 *
 * - `data`: data that Terraform cannot recreate is lost. The guard refuses it.
 * - `service`: something stops or loses its protection, and Terraform can recreate it. The guard warns of it, or refuses it.
 * - `harmless`: nothing is lost. The guard is silent.
 * - `rule`: decided by a guard rule of its own, since the effect depends on contents or on other resources.
 */
export type Deletion = DataLoss | ServiceLoss | Harmless | DecidedByRule;

export interface DataLoss {
  readonly kind: 'data';

  /** Data or service that is lost: a noun phrase. */
  readonly impact: string;

  /** Part of it that can be recovered, and its source. */
  readonly recovery: string;

  /** URL of the documentation. */
  readonly source: string;

  /**
   * True when the data is in no other resource of the configuration, so that policy demands `prevent_destroy`.
   *
   * @default - false
   */
  readonly isOriginal?: true;
}

export interface ServiceLoss {
  readonly kind: 'service';

  /** Service or protection that stops: a noun phrase. */
  readonly impact: string;

  /** Part of it that comes back, and its source. */
  readonly recovery: string;

  /** `refuse` when clients notice it at once, or when it does not come back by itself. */
  readonly severity: 'refuse' | 'warn';
}

export interface Harmless {
  readonly kind: 'harmless';

  /** Reason why nothing is lost. */
  readonly why: string;
}

export interface DecidedByRule {
  readonly kind: 'rule';

  /** Id of the guard rule. */
  readonly rule: string;
}
