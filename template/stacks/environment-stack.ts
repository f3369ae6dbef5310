import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { GcsBackend, TerraformOutput, TerraformStack } from 'cdktf';
import {
  AppNamespace,
  DefaultNamespace,
  Network,
  Port,
  PrivateCluster,
  Project,
  type ProtectionExemption,
  requirePlannableAtOnce,
  requirePolicy,
  requireProtectedAddresses,
  setDefaultLabels,
  Workload,
} from 'cdktf-gke-platform';
import type { Construct } from 'constructs';

/** Values in which one environment differs from another. */
export interface EnvironmentStackProps {
  /** Google Cloud project of the environment. */
  readonly projectId: string;
  readonly projectNumber: string;

  /** Region of the network and the cluster. */
  readonly region: string;

  /** Bucket of the Terraform state. Create it before the first deploy to Google Cloud. */
  readonly stateBucket: string;

  /** Protects the cluster from deletion. Set it to false in a deploy before `cdktf destroy`. */
  readonly deletionProtection: boolean;

  /** Addresses of resources with `prevent_destroy`; synth fails when one of them is no longer in the stack. */
  readonly protectedAddresses: readonly string[];

  /**
   * Protected resources that may be deleted, each with a reason and an owner.
   *
   * @default - none
   */
  readonly protectionExemptions?: readonly ProtectionExemption[];

  /** Ranges of the VPC, in CIDR notation: nodes, VM instances, services, pods. */
  readonly nodeRange: string;
  readonly dataRange: string;
  readonly serviceRange: string;
  readonly podRange: string;

  /** Google group whose member groups RBAC role bindings may name. */
  readonly googleGroupsSecurityGroup: string;

  /** Nodes of the node pool, and the limits of its autoscaler. */
  readonly machineType: string;
  readonly minNodes: number;
  readonly maxNodes: number;

  /** Replicas of each app, and the limits of its autoscaler. */
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** One environment: a network, a private cluster and its apps. */
export class EnvironmentStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id);

    new GcsBackend(this, { bucket: props.stateBucket, prefix: id });
    const google = new GoogleProvider(this, 'Google', { project: props.projectId, region: props.region });
    setDefaultLabels(google, { environment: id, 'managed-by': 'terraform' });

    const project = new Project(this, 'Project', { projectId: props.projectId, projectNumber: props.projectNumber });
    const network = new Network(this, 'Network', {
      project,
      region: props.region,
      nodeRange: props.nodeRange,
      dataRange: props.dataRange,
      serviceRange: props.serviceRange,
      podRange: props.podRange,
    });

    const cluster = new PrivateCluster(this, 'Cluster', {
      network,
      googleGroupsSecurityGroup: props.googleGroupsSecurityGroup,
      deletionProtection: props.deletionProtection,
    });
    cluster.addNodePool('Apps', { machineType: props.machineType, minNodes: props.minNodes, maxNodes: props.maxNodes });
    new DefaultNamespace(this, 'DefaultNamespace', { cluster });

    // The image is a placeholder: small, public, runs as a user other than root.
    const image = 'ghcr.io/stefanprodan/podinfo:6.7.1';
    const app = { image, port: Port.tcp(9898), minReplicas: props.minReplicas, maxReplicas: props.maxReplicas };
    const web = new Workload(this, 'Web', { namespace: new AppNamespace(this, 'WebNamespace', { cluster, name: 'web' }), ...app });
    const api = new Workload(this, 'Api', { namespace: new AppNamespace(this, 'ApiNamespace', { cluster, name: 'api' }), ...app });

    // Connections that are not declared are denied, in both directions.
    api.allowFrom(web);

    new TerraformOutput(this, 'kubectl', {
      value: `gcloud container clusters get-credentials ${cluster.clusterName} --location=${cluster.location} --project=${props.projectId} --dns-endpoint`,
      description: 'configures kubectl for the cluster',
    });

    requirePlannableAtOnce(this);
    requireProtectedAddresses(this, props);
    requirePolicy(this);
  }
}
