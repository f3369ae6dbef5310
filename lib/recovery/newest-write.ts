import { PLATFORM_KEYSPACE } from '../cassandra-contract/keyspaces';
import { DATA_DIRECTORY } from '../cassandra-contract/node-paths';
import { type NodeShell, type Ring, type RingNode, UnreachableError } from '../operations';

/** Newest write in a live ring. */
export interface NewestWrite {
  /** In milliseconds since 1970; `undefined` if the nodes that were read have no write of a user. */
  readonly time: number | undefined;

  /** Names of nodes that could not be read, and may have newer writes. */
  readonly unread: readonly string[];
}

/** Timeout for a flush and the metadata of all SSTables, in seconds. */
const SECONDS = 900;

/**
 * Prints the newest write time of the user tables in microseconds; 0 without a write. What is in memory is newest: tables are flushed first.
 * All SSTables are read, and those that a compaction makes meanwhile: the newest file need not have the newest write.
 */
const SCRIPT = String.raw`/usr/bin/python3 - ${DATA_DIRECTORY}/data <<'END_OF_PROGRAM'
import glob
import os
import re
import subprocess
import sys

keyspaces = [
    path
    for path in sorted(glob.glob(glob.escape(sys.argv[1]) + '/*/'))
    if not re.fullmatch('system(_.*)?|${PLATFORM_KEYSPACE}', os.path.basename(path[:-1]))
]
for path in keyspaces:
    subprocess.run(['nodetool', 'flush', '--', os.path.basename(path[:-1])], stdout=subprocess.DEVNULL, check=True)
times = {}
for _ in range(5):
    found = [file for path in keyspaces for file in glob.glob(glob.escape(path) + '*/*-Data.db')]
    unread = [file for file in found if file not in times]
    if not unread:
        print(max(times.values(), default=0))
        sys.exit()
    for begin in range(0, len(unread), 100):
        # A file that a compaction has removed fails, and is not found again.
        read = subprocess.run(['sstablemetadata', *unread[begin : begin + 100]], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for part in re.split('^SSTable: ', read.stdout, flags=re.M)[1:]:
            # The number alone, before the date, or in parentheses after it: releases differ.
            newest = re.search(r'^Maximum timestamp: (?:(\d+)(?: .*)?|.*\((\d+)\))$', part, re.M)
            if newest:
                times[part.split('\n', 1)[0].strip() + '-Data.db'] = int(newest.group(1) or newest.group(2))
sys.exit('the SSTables change, or cannot be read')
END_OF_PROGRAM
`;

/** Reads the time of the newest write in a live ring. */
export async function readNewestWrite(shell: NodeShell, { nodes }: Ring): Promise<NewestWrite> {
  const times = await Promise.all(nodes.map((node) => readNode(shell, node)));
  const written = times.filter((time) => time !== undefined && time > 0) as number[];
  return {
    time: written.length === 0 ? undefined : Math.max(...written),
    unread: nodes.filter((_, index) => times[index] === undefined).map(({ name }) => name),
  };
}

/** @returns 0 without a write; `undefined` if it could not be read */
async function readNode(shell: NodeShell, node: RingNode): Promise<number | undefined> {
  try {
    const { status, stdout } = await shell.run(node, SCRIPT, SECONDS);
    const microseconds = /^\d+$/.test(stdout.trim()) ? Number(stdout.trim()) : undefined;
    return status === 0 && Number.isSafeInteger(microseconds) ? microseconds! / 1000 : undefined;
  } catch (error) {
    if (error instanceof UnreachableError) return undefined;
    throw error;
  }
}
