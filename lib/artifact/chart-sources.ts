import { isDeepStrictEqual } from 'node:util';
import { type Block, block } from '../terraform/values';
import type { BaseComparison } from './base-comparison';
import { quote } from './printable';
import type { StackBlocks, StackResource } from './stack-blocks';

/** Path of an asset as cdktf writes it. */
const ASSET = /^(?:\$\{path\.(?:module|root)\}\/)?assets\/([\w-][\w.-]*(?:\/[\w-][\w.-]*)*)$/;

/** Name of a chart in a repository: not a path, a URL or a template. */
const CHART_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/;

/** Files and folders of a stack, which Helm prefers to a chart of this name in a repository. */
const LOCAL_NAMES: readonly string[] = ['assets', 'cdk.tf.json', 'plan', 'errored.tfstate', 'terraform.tfstate'];

type Assets = ReadonlyMap<string, Buffer>;

/** Places that charts may come from: assets of the stack, and repositories of the base branch. */
export class ChartSources {
  private readonly releases: readonly Block[];

  /** True when the provider renders every chart while planning. */
  private readonly rendersCharts: boolean;
  private readonly repositories: ReadonlySet<unknown>;

  constructor(
    private readonly base: StackBlocks,
    private readonly comparison: BaseComparison,
    private readonly assets: Assets,
    private readonly baseAssets: Assets,
    allowed: readonly string[],
  ) {
    this.releases = [...base.resources.values()].filter(({ type }) => type === 'helm_release').map(({ body }) => body);
    this.rendersCharts = [...base.providerConfigurations('helm').values()].some((provider) =>
      isSet(block(provider, 'experiments')?.manifest),
    );
    const known = this.releases.map(({ repository }) => repository).filter((each) => typeof each === 'string' && !each.includes('${'));
    this.repositories = new Set([...allowed, ...known]);
  }

  /** @returns the rule that a release violates, for a message */
  public findProblem({ address, body }: StackResource): string | undefined {
    const { chart, repository } = body;
    const isAlike = (each: Block): boolean => isDeepStrictEqual([each.chart, each.repository], [chart, repository]);
    if (this.releases.some(isAlike) && this.comparison.hasSameReferences([chart, repository])) return undefined;
    const known = this.base.resources.get(address)?.body;
    if (known !== undefined && isAlike(known) && this.comparison.isRepeatedAlike(body, known, [chart, repository])) return undefined;
    if (repository === undefined || repository === null || repository === '') {
      if (this.isAsset(chart)) return undefined;
      if (typeof chart !== 'string' || !chart.startsWith('oci://'))
        return `'chart' must be an asset of the stack or come from a repository, got ${quote(chart)}`;
      const end = chart.lastIndexOf('/');
      return this.findRepositoryProblem(chart.slice(0, end), chart.slice(end + 1), chart);
    }
    return this.findRepositoryProblem(repository, chart, repository);
  }

  /**
   * Finds a chart of the stack that is rendered while planning, and that the pull request changes: a template reads objects of the cluster
   * (`lookup`), and a schema of values refers to files and hosts (`$ref`).
   *
   * @returns the rule that a release violates, for a message
   */
  public findRenderedChartProblem({ chart, lint }: Block): string | undefined {
    if (!this.rendersCharts && !isSet(lint)) return undefined;
    const [, below] = typeof chart === 'string' ? (ASSET.exec(chart) ?? []) : [];
    if (below === undefined) return undefined;
    const isInChart = (file: string): boolean => file === below || file.startsWith(`${below}/`);
    const changed = [...this.assets].find(([file, content]) => isInChart(file) && this.baseAssets.get(file)?.equals(content) !== true);
    const removed = [...this.baseAssets.keys()].find((file) => isInChart(file) && !this.assets.has(file));
    if (changed === undefined && removed === undefined) return undefined;
    return "'chart' must be as in the base branch, because planning renders it ('lint', or the experiment 'manifest')";
  }

  /** Tests that a path is a file or a folder in the assets of the stack. */
  public isAsset(value: unknown): boolean {
    const [, below] = typeof value === 'string' ? (ASSET.exec(value) ?? []) : [];
    return below !== undefined && (this.assets.has(below) || [...this.assets.keys()].some((file) => file.startsWith(`${below}/`)));
  }

  private findRepositoryProblem(repository: unknown, chart: unknown, got: unknown): string | undefined {
    if (!this.repositories.has(repository))
      return `the chart must come from a repository of the base branch or of --chart-repository, got ${quote(got)}`;
    if (typeof chart !== 'string' || !CHART_NAME.test(chart) || LOCAL_NAMES.includes(chart))
      return `'chart' must be the name of a chart in the repository, got ${quote(chart)}`;
    return undefined;
  }
}

/** Tests that an argument is set to something else than false. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}
