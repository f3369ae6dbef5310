import { CLUSTER_LABEL, NODE_LABEL } from '../cassandra-contract/labels';
import { NODE_METRICS } from './node-files/node-metrics';

/** Options of `ringDashboard`. */
export interface RingDashboardOptions {
  readonly title: string;

  /** Cassandra's `cluster_name`, a label of the nodes' own metrics. */
  readonly clusterName: string;

  /** Value of the label `cassandra-cluster` on the VMs, by which the metrics of the Ops Agent are found. */
  readonly clusterLabel: string;
}

/** Chart with one line for each node. */
interface Chart {
  readonly title: string;

  /** Type of the metric; a leading slash marks the nodes' own metrics. */
  readonly metric: string;
  readonly aligner?: 'ALIGN_MAX' | 'ALIGN_MEAN' | 'ALIGN_RATE';

  /** Label that divides the lines further, besides the node. */
  readonly by?: string;
}

const CHARTS: readonly Chart[] = [
  { title: 'Takes clients', metric: '/up' },
  { title: 'Data disk, % used', metric: '/disk_used_percent' },
  { title: 'Time since the last repair', metric: '/repair_age_seconds' },
  { title: 'Clock offset', metric: '/clock_offset_seconds' },
  { title: 'Requests', metric: 'workload.googleapis.com/cassandra.client.request.count', aligner: 'ALIGN_RATE', by: 'operation' },
  { title: 'Failed requests', metric: 'workload.googleapis.com/cassandra.client.request.error.count', aligner: 'ALIGN_RATE', by: 'status' },
  { title: 'Read latency, 99 %', metric: 'workload.googleapis.com/cassandra.client.request.read.latency.99p' },
  { title: 'Write latency, 99 %', metric: 'workload.googleapis.com/cassandra.client.request.write.latency.99p' },
  { title: 'Compactions waiting', metric: 'workload.googleapis.com/cassandra.compaction.tasks.pending' },
  { title: 'Hints written', metric: 'workload.googleapis.com/cassandra.storage.total_hints.count', aligner: 'ALIGN_RATE' },
  { title: 'CPU', metric: 'compute.googleapis.com/instance/cpu/utilization', aligner: 'ALIGN_MEAN' },
  { title: 'Heap', metric: 'workload.googleapis.com/jvm.memory.heap.used' },
];

/** Columns of the grid, and size of a chart: two in a row. */
const [COLUMNS, WIDTH, HEIGHT] = [48, 24, 16];

/** Dashboard in Cloud Monitoring's JSON. Members are sorted by name, as the provider stores them. */
export function ringDashboard({ title, clusterName, clusterLabel }: RingDashboardOptions): object {
  return {
    displayName: title,
    mosaicLayout: {
      columns: COLUMNS,
      tiles: CHARTS.map((chart, index) => ({
        height: HEIGHT,
        widget: { title: chart.title, xyChart: { dataSets: [dataSet(chart, clusterName, clusterLabel)] } },
        width: WIDTH,
        xPos: (index % 2) * WIDTH,
        yPos: Math.floor(index / 2) * HEIGHT,
      })),
    },
  };
}

function dataSet({ metric, aligner = 'ALIGN_MAX', by }: Chart, clusterName: string, clusterLabel: string): object {
  const isOwn = metric.startsWith('/');
  const ofRing = isOwn ? `metric.label."cluster"="${clusterName}"` : `metadata.user_labels."${CLUSTER_LABEL}"="${clusterLabel}"`;
  return {
    plotType: 'LINE',
    timeSeriesQuery: {
      timeSeriesFilter: {
        aggregation: {
          // The nodes' own come every five minutes.
          alignmentPeriod: isOwn ? '300s' : '60s',
          crossSeriesReducer: 'REDUCE_SUM',
          groupByFields: [
            isOwn ? 'metric.label."node"' : `metadata.user_labels."${NODE_LABEL}"`,
            ...(by === undefined ? [] : [`metric.label."${by}"`]),
          ],
          perSeriesAligner: aligner,
        },
        filter: `metric.type="${isOwn ? NODE_METRICS : ''}${metric}" resource.type="gce_instance" ${ofRing}`,
      },
    },
  };
}
