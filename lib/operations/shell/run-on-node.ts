import type { RingNode } from '../ring';
import { type NodeShell, UnreachableError } from './node-shell';

/**
 * Runs a command on a node.
 *
 * @param words in place of a script of several lines, for the problem
 * @returns the problem, if it failed or its outcome is unknown; otherwise `undefined`
 */
export async function runOnNode(
  shell: NodeShell,
  node: RingNode,
  script: string,
  timeoutSeconds: number,
  words = `'${script}'`,
): Promise<string | undefined> {
  try {
    const { status, stdout, stderr } = await shell.run(node, script, timeoutSeconds);
    if (status === 0) return undefined;
    const last = (stderr.trim() || stdout.trim()).split('\n').at(-1);
    return `${words} on ${node.name} ended with ${status}: ${last || 'no output'}`;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return `it is unknown whether ${words} ran on ${node.name}: ${error.message}`;
  }
}
