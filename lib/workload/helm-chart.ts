import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { AssetType, TerraformAsset } from 'cdktf';
import type { Construct } from 'constructs';
import { requireMatch } from '../core/require';
import { ValidationError } from '../core/validation-error';

/** What of a chart goes into a release. */
interface ChartReference {
  readonly chart: string;
  readonly repository?: string;
  readonly version?: string;
}

/** Which of a repository's charts. */
export interface HelmRepositoryChart {
  /** Address of the repository, for example `https://charts.jetstack.io` or `oci://registry-1.docker.io/bitnamicharts`. */
  readonly repository: string;

  /** Name of the chart in it. */
  readonly name: string;

  /** Exactly one version, for example `1.16.2`: no range, so that a plan means the same tomorrow. */
  readonly version: string;
}

/** Where a chart comes from. */
export abstract class HelmChart {
  /** A chart of a repository, fetched when it is planned. */
  public static repository(props: HelmRepositoryChart): HelmChart {
    return new RepositoryChart(props);
  }

  /** A chart in a folder on this machine, which becomes part of the synthesized stack: planning it needs no network. */
  public static local(folder: string): HelmChart {
    return new LocalChart(folder);
  }

  /** Whether it makes NetworkPolicies; nothing when that cannot be seen. */
  public abstract readonly bringsPolicies: boolean | undefined;

  /** Makes the chart part of a release. Called by `HelmApp`. */
  public abstract bind(release: Construct): ChartReference;
}

class RepositoryChart extends HelmChart {
  public override readonly bringsPolicies = undefined;

  constructor(private readonly props: HelmRepositoryChart) {
    super();
  }

  public override bind(release: Construct): ChartReference {
    const { repository, name, version } = this.props;
    return {
      repository: requireMatch(release, 'repository', repository, /^(https|oci):\/\/\S+$/, 'an address with https:// or oci://'),
      chart: requireMatch(release, 'name', name, /^[a-z0-9][-a-z0-9./]*$/, 'the name of a chart'),
      version: requireMatch(release, 'version', version, /^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/, 'one exact version such as 1.16.2'),
    };
  }
}

class LocalChart extends HelmChart {
  constructor(private readonly folder: string) {
    super();
  }

  /** What its templates show. Charts within the chart are not looked through. */
  public override get bringsPolicies(): boolean | undefined {
    const templates = path.join(this.folder, 'templates');
    if (!existsSync(templates) || existsSync(path.join(this.folder, 'charts'))) return undefined;
    const files = readdirSync(templates, { recursive: true, encoding: 'utf8' }).map((file) => path.join(templates, file));
    return files.some((file) => statSync(file).isFile() && /^\s*kind:.*NetworkPolicy/m.test(readFileSync(file, 'utf8')));
  }

  public override bind(release: Construct): ChartReference {
    if (!existsSync(path.join(this.folder, 'Chart.yaml'))) {
      throw new ValidationError(release, `'chart' must be a folder with a Chart.yaml, got '${this.folder}'`);
    }
    const asset = new TerraformAsset(release, 'Chart', { path: path.resolve(this.folder), type: AssetType.DIRECTORY });
    // Its path ends in a hash of its content: a changed template is a changed release.
    return { chart: `\${path.module}/${asset.path}` };
  }
}
