import { known, textAt, valueAt } from '../terraform/values';

/** A version of GKE or Kubernetes, as `1.33.4-gke.1350000` or a beginning of it. */
export class KubernetesVersion {
  /** Nothing for what is no version, such as `latest` or an empty text. */
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

  /** Whether it is older, as far as both say: 1.33 is not older than 1.33.4. */
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

/** Version of a cluster's control plane: what is wanted at least, or what runs when that is newer. */
export function controlPlaneVersion(cluster: unknown): KubernetesVersion | undefined {
  const wanted = KubernetesVersion.parse(known(textAt(cluster, 'min_master_version')));
  const running = KubernetesVersion.parse(known(textAt(cluster, 'master_version')));
  return wanted && running ? (running.isOlderThan(wanted) ? wanted : running) : (wanted ?? running);
}

/** Version of the nodes; unset and computed values count too. */
export function nodeVersion(pool: unknown): KubernetesVersion | undefined {
  return KubernetesVersion.parse(known(textAt(pool, 'version')) ?? (valueAt(pool, 'node_version') as string | undefined));
}
