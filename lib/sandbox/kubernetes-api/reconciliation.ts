import type { ApiClient } from './api-client';

/** One pass of a controller: it compares the objects with their specification, and changes what differs. */
export type Controller = (api: ApiClient) => Promise<void>;

/**
 * Does something for each object, one after the other. One that fails does not keep the others from their turn.
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

/** Runs controllers over and over until they are stopped. */
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

  /** Ends after the pass that is under way. */
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
        // The next pass tries again.
        if (!this.isStopped) this.onError(error as Error);
      }
    }
  }
}

const INTERVAL_MS = 500;
