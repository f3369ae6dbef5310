import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Checks that a port of 127.0.0.1 is free. */
export function isFreePort(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Finds a free port of 127.0.0.1, below the ephemeral ports, so that it is likely to be free at the next start too.
 *
 * @param preferred used if it is free
 */
export async function choosePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFreePort(preferred))) return preferred;
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFreePort(port)) return port;
  }
}
