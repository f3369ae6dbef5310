import type { SimulatedCloud } from './simulated-cloud';
import { readStateResources } from './terraform-state';

/** States and state locks that the sandbox knows. */
export interface KnownStates {
  /** Lists the files of all states. */
  stateFiles(): readonly string[];

  /** True if a run holds a state lock, or has left one behind. */
  hasLocks(): boolean;
}

/**
 * Resources that Terraform has created and not yet written to a state.
 *
 * A run that is killed leaves resources that no state contains, and the next run would fail to create them. The sandbox lets the next run
 * adopt them. They are only those that a run created under a state lock that it left behind: others, for example ones that were removed from a state,
 * fail to be created as in the cloud.
 */
export class UnsavedCreations {
  constructor(
    private readonly cloud: SimulatedCloud,
    private readonly known: KnownStates,
  ) {}

  /** Records the creation of a resource by a run. */
  public created(type: string, identity: string, run: string): void {
    this.cloud.setCreator(type, identity, run);
  }

  /** Records that a state was written: Terraform knows the resources in it. */
  public saved(file: string): void {
    for (const { type, identity, id } of readStateResources(file)) {
      const found = identity === undefined ? this.cloud.find(type, id)?.identity : identity;
      if (found !== undefined) this.cloud.setSaved(type, found);
    }
  }

  /**
   * Records that the Terraform process of a run has ended.
   *
   * @param run the run. @default - all runs of an earlier sandbox, which was killed or could not save its last changes: otherwise none are left
   */
  public ended(run?: string): void {
    if (this.cloud.unsaved(run).length === 0) return;
    for (const file of this.known.stateFiles()) this.saved(file);
    const wasKilled = run === undefined || this.known.hasLocks();
    for (const { type, identity } of this.cloud.unsaved(run)) {
      if (wasKilled) this.cloud.markUnanswered(type, identity);
      else this.cloud.setSaved(type, identity);
    }
  }

  /** Records that a state could not be saved: the next run adopts what this one created. */
  public lost(): void {
    for (const { type, identity } of this.cloud.unsaved()) this.cloud.markUnanswered(type, identity);
  }
}
