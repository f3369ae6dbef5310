import type { ApiClient } from './api-client';

/** Reconciles objects with their specification, in one pass. */
export type Controller = (api: ApiClient) => Promise<void>;

/**
 * Calls a function with each object in sequence. A failure does not skip the other objects.
 *
 * @throws the first error, after the last object
 */
export async function forEachObject<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      await act(item);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** Control loop: runs controllers repeatedly until stopped. */
export class Reconciliation {
  private isStopped = false;
  private timer?: NodeJS.Timeout;
  private pass: Promise<void> = Promise.resolve();

  constructor(
    private readonly api: ApiClient,
    private readonly controllers: readonly Controller[],
    private readonly onError: (error: Error) => void,
  ) {
    this.continue(0);
  }

  /** Stops after the current pass. */
  public async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.pass;
  }

  private continue(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.pass = this.reconcile().then(() => {
        if (!this.isStopped) this.continue(INTERVAL_MS);
      });
    }, afterMs);
  }

  private async reconcile(): Promise<void> {
    for (const controller of this.controllers) {
      try {
        await controller(this.api);
      } catch (error) {
        // Retried in the next pass.
        if (!this.isStopped) this.onError(error as Error);
      }
    }
  }
}

const INTERVAL_MS = 500;
