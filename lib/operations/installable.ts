import { PACKAGE_LIST } from '../cassandra-contract/package-source';
import { quoteShell } from '../core/quote';
import type { RingNode } from './ring';
import { type NodeShell, UnreachableError } from './shell/node-shell';

/** Exit code of the script when the repository lacks the version. */
const MISSING = 3;

/** Queries the package repository from a separate folder, so that neither outdated lists nor installed packages match. */
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
    if ! grep -qxF -- ${quoteShell(version)} <<<"$found"; then
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
 * Checks that a new VM of a node can install its version of Cassandra, before the old VM is deleted: Apache's repository keeps few
 * releases.
 *
 * @param on the node on which the repository is queried
 * @returns the problem, if the version cannot be installed or that is unknown; `undefined` if it can, or the boot image brings it
 */
export async function findPackageProblem(shell: NodeShell, on: RingNode, node: RingNode): Promise<string | undefined> {
  const version = node.cassandraVersion;
  if (version === undefined || !node.packageAccess) return undefined;
  const unknown = `it is unknown whether Cassandra ${version} can still be installed on a new VM of ${node.name}`;
  try {
    const { status, stdout, stderr } = await shell.run(on, script(version), 180);
    if (status === 0) return undefined;
    if (status === MISSING) {
      const there = stdout.trim().split('\n').at(-1);
      return `Cassandra ${version} can no longer be installed on a new VM of ${node.name}, the package repository has ${there}: set another 'cassandraVersion', or a boot image with this one`;
    }
    return `${unknown}: ${stderr.trim().split('\n').at(-1) || `the check on ${on.name} ended with ${status}`}`;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return `${unknown}: ${error.message}`;
  }
}
