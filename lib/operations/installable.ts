import { PACKAGE_LIST } from '../cassandra-contract/package-source';
import type { RingNode } from './ring';
import { type NodeShell, UnreachableError } from './shell/node-shell';

/** Status of the script below when the repository does not have the version. */
const MISSING = 3;

/** Asks the package repository itself, in a folder of its own, so that neither old lists nor the node's own packages answer. */
function script(version: string): string {
  return `package_check() {
  local list=${PACKAGE_LIST} lists package found
  # Cassandra came with the boot image.
  [ -e "$list" ] || return 0
  lists=$(mktemp -d) || return 1
  set -- -o "Dir::State::lists=$lists" -o "Dir::Etc::sourcelist=$list" -o Dir::Etc::sourceparts=- -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
  apt-get "$@" -o APT::Update::Error-Mode=any update --quiet >&2 || { rm -rf "$lists"; return 1; }
  for package in cassandra cassandra-tools; do
    found=$(apt-cache "$@" madison "$package" | awk -F ' *[|] *' '{ print $2 }')
    if ! grep -qxF '${version}' <<<"$found"; then
      echo "$package: $(paste -sd ' ' <<<"$found")"
      rm -rf "$lists"
      return ${MISSING}
    fi
  done
  rm -rf "$lists"
}
package_check`;
}

/**
 * Checks that a VM that is made anew can install its version of Cassandra, before the old one is gone: Apache's repository keeps few
 * releases.
 *
 * @param on the node that is asked for it
 * @returns why it cannot, or why that is not known; `undefined` when it can, or its boot image has everything
 */
export async function packageProblem(shell: NodeShell, on: RingNode, node: RingNode): Promise<string | undefined> {
  const version = node.cassandraVersion;
  if (version === undefined || !node.packageAccess) return undefined;
  const what = `whether Cassandra ${version} can still be installed on a new VM of ${node.name} is not known`;
  try {
    const { status, stdout, stderr } = await shell.run(on, script(version), 180);
    if (status === 0) return undefined;
    if (status === MISSING) {
      const there = stdout.trim().split('\n').at(-1);
      return `Cassandra ${version} cannot be installed on a new VM of ${node.name} any more, the package repository has ${there}: set another 'cassandraVersion', or a boot image with this one`;
    }
    return `${what}: ${stderr.trim().split('\n').at(-1) || `the check on ${on.name} ended with ${status}`}`;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return `${what}: ${error.message}`;
  }
}
