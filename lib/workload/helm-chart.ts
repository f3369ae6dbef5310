import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { AssetType, TerraformAsset } from 'cdktf';
import type { Construct } from 'constructs';
import { requireMatch } from '../core/require';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';

/** Arguments of a release that name its chart. */
interface ChartReference {
  readonly chart: string;
  readonly repository?: string;
  readonly version?: string;
}

/** Chart of a repository. */
export interface HelmRepositoryChart {
  /** URL of the repository, for example `https://charts.jetstack.io` or `oci://registry-1.docker.io/bitnamicharts`. */
  readonly repository: string;

  /** Name of the chart. */
  readonly name: string;

  /** Exact version, for example `1.16.2`. Ranges are rejected, because a plan must not change over time. */
  readonly version: string;
}

/**
 * Source of a Helm chart: a repository or a local folder.
 *
 * @remarks
 * A chart of a repository is pinned to an exact version and downloaded when Terraform plans. A local chart becomes a part of the
 * synthesized stack, so that a plan needs no network for it; a change of its files changes the release.
 *
 * @example
 * ```ts
 * const chart = HelmChart.repository({
 *   repository: 'https://prometheus-community.github.io/helm-charts',
 *   name: 'prometheus-blackbox-exporter',
 *   version: '9.1.0',
 * });
 * new HelmApp(stack, 'BlackboxExporter', { namespace, chart, port: Port.tcp(9115) });
 * ```
 */
export abstract class HelmChart {
  /** Chart of a repository, downloaded by each plan. */
  public static repository(props: HelmRepositoryChart): HelmChart {
    return new RepositoryChart(props);
  }

  /** Chart in a local folder, which is copied to the synthesized stack. */
  public static local(folder: string): HelmChart {
    return new LocalChart(folder);
  }

  /** True when the chart contains NetworkPolicies, undefined when that is unknown. */
  public abstract readonly bringsPolicies: boolean | undefined;

  /** Renders the arguments of a release. Called by `HelmApp`. */
  public abstract bind(release: Construct): ChartReference;
}

class RepositoryChart extends HelmChart {
  public override readonly bringsPolicies = undefined;

  constructor(private readonly props: HelmRepositoryChart) {
    super();
  }

  public override bind(release: Construct): ChartReference {
    requireProps(release, 'HelmRepositoryChart', this.props);
    const { repository, name, version } = this.props;
    return {
      repository: requireMatch(release, 'repository', repository, /^(https|oci):\/\/\S+$/, 'a URL with https:// or oci://'),
      chart: requireMatch(release, 'name', name, /^[a-z0-9][-a-z0-9./]*$/, 'the name of a chart'),
      version: requireMatch(release, 'version', version, /^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/, 'one exact version such as 1.16.2'),
    };
  }
}

class LocalChart extends HelmChart {
  constructor(private readonly folder: string) {
    super();
  }

  /** Searches the templates. Undefined for a chart with subcharts, which are not searched. */
  public override get bringsPolicies(): boolean | undefined {
    if (typeof this.folder !== 'string') return undefined;
    const templates = path.join(this.folder, 'templates');
    if (!existsSync(templates) || existsSync(path.join(this.folder, 'charts'))) return undefined;
    const files = readdirSync(templates, { recursive: true, encoding: 'utf8' }).map((file) => path.join(templates, file));
    return files.some((file) => statSync(file).isFile() && /^\s*kind:.*NetworkPolicy/m.test(readFileSync(file, 'utf8')));
  }

  public override bind(release: Construct): ChartReference {
    if (typeof this.folder !== 'string' || !existsSync(path.join(this.folder, 'Chart.yaml'))) {
      throw new ValidationError(release, `'chart' must be a folder with a Chart.yaml, got '${this.folder}'`);
    }
    const asset = new TerraformAsset(release, 'Chart', { path: path.resolve(this.folder), type: AssetType.DIRECTORY });
    // The path ends in a hash of the content: a changed template changes the release.
    return { chart: `\${path.module}/${asset.path}` };
  }
}
