import { known, textAt, valueAt } from '../terraform/values';

/** Version of GKE or Kubernetes: `1.33.4-gke.1350000` or a prefix of it. */
export class KubernetesVersion {
  /** Parses a version; undefined for other text, such as `latest`. */
  public static parse(text: string | undefined): KubernetesVersion | undefined {
    const [, major, minor, patch, build] = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:-gke\.(\d+))?/.exec(text ?? '') ?? [];
    if (major === undefined) return undefined;
    return new KubernetesVersion(
      text!,
      [major, minor, patch, build].map((part) => (part === undefined ? undefined : Number(part))),
    );
  }

  private constructor(
    public readonly text: string,
    private readonly parts: readonly (number | undefined)[],
  ) {}

  public get minor(): number {
    return this.parts[1]!;
  }

  /** Tests that it is older, by the parts that both have: 1.33 is not older than 1.33.4. */
  public isOlderThan(other: KubernetesVersion): boolean {
    for (const [index, part] of this.parts.entries()) {
      const theirs = other.parts[index];
      if (part === undefined || theirs === undefined || part === theirs) continue;
      return part < theirs;
    }
    return false;
  }

  public toString(): string {
    return this.text;
  }
}

/** Reads the control plane version of a cluster: the configured minimum, or the running version when that is newer. */
export function readControlPlaneVersion(cluster: unknown): KubernetesVersion | undefined {
  const wanted = KubernetesVersion.parse(known(textAt(cluster, 'min_master_version')));
  const running = KubernetesVersion.parse(known(textAt(cluster, 'master_version')));
  return wanted && running ? (running.isOlderThan(wanted) ? wanted : running) : (wanted ?? running);
}

/** Reads the version of the nodes, configured or computed. */
export function nodeVersion(pool: unknown): KubernetesVersion | undefined {
  return KubernetesVersion.parse(known(textAt(pool, 'version')) ?? (valueAt(pool, 'node_version') as string | undefined));
}
