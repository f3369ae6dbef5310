import { progress } from './cassandra-ring';

/** Signal of an interruption of this process. @param effect progress message, for example `ending before the next step` */
export function interruptionSignal(effect: string): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) progress(`interrupted: ${effect}`);
      controller.abort();
    });
  }
  return controller.signal;
}
