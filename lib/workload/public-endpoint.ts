import { ComputeGlobalAddress } from '@cdktf/provider-google/lib/compute-global-address';
import { ComputeManagedSslCertificate } from '@cdktf/provider-google/lib/compute-managed-ssl-certificate';
import { ComputeSslPolicy } from '@cdktf/provider-google/lib/compute-ssl-policy';
import { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set';
import { Release } from '@cdktf/provider-helm/lib/release';
import { IngressV1 } from '@cdktf/provider-kubernetes/lib/ingress-v1';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { findChart } from '../charts/chart-path';
import { Peer } from '../connectivity/peer';
import { requireProjectId } from '../core/google-cloud-names';
import { orderAfter } from '../core/ordering';
import { Owners } from '../core/owners';
import { COMPUTE_NAME_LENGTH, kebabCase, physicalName, requireName, stableHash } from '../core/physical-name';
import { requireDistinct, requireMatch, requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import type { Port } from '../network/port';
import { HelmChart } from './helm-chart';
import { renderValues } from './helm-values';
import { describeRelease } from './release-description';
import type { Workload } from './workload';

/** Properties for `PublicEndpoint`. */
export interface PublicEndpointProps {
  /** Workload that serves the requests. It must listen on `port`. */
  readonly workload: Workload;

  /**
   * Port of the workload that receives requests, over HTTP.
   *
   * @default - the port of the workload
   */
  readonly port?: Port;

  /** Host name, for example `api.parking.example.com`: lower case, at most 63 characters. */
  readonly hostName: string;

  /**
   * Additional host names of the same Service, at most 14, each with a certificate and a DNS record of its own. They share the
   * backend of the workload: Cloud Armor policy, timeout and health check.
   *
   * @default - none
   */
  readonly additionalHostNames?: readonly string[];

  /**
   * Name of the existing Cloud DNS zone for the records.
   *
   * @default - no records: create them elsewhere, for `ipAddress`
   */
  readonly dnsZoneName?: string;

  /**
   * Project of the Cloud DNS zone.
   *
   * @default - the project of the cluster
   */
  readonly dnsProjectId?: string;

  /**
   * Name of an existing Cloud Armor policy for the backend.
   *
   * @default - none
   */
  readonly securityPolicyName?: string;

  /**
   * Path of the load balancer's health check on `port`. The healthy status code is 200.
   *
   * @default - path and port of the workload's HTTP probe; required for a workload without one
   */
  readonly healthCheckPath?: string;

  /**
   * Backend timeout of a request in seconds, at most the workload's `terminationGraceSeconds`, so that a terminating pod
   * finishes requests in flight.
   *
   * @default 30
   */
  readonly timeoutSeconds?: number;
}

/** Maximum number of certificates of a target HTTPS proxy, and so of host names. */
const MAX_HOST_NAMES = 15;

/** Endpoint of each host name in a stack, because a host name has one DNS record and one address. */
const hosts = new Owners<PublicEndpoint>();

/** Endpoint of each workload, because a Service has one BackendConfig, which a second endpoint would replace. */
const endpoints = new WeakMap<Workload, PublicEndpoint>();

/**
 * External HTTPS load balancer of a workload: a static IP address, host names with Google-managed certificates, and a redirect
 * from HTTP to HTTPS.
 *
 * @remarks
 * Connections from Google's proxies and health checks to the port are allowed, and no others. A certificate becomes active once
 * its host name resolves to the address, up to an hour after the first deploy; a new host name gets a new certificate before
 * the old one is deleted. In a namespace that is not enabled, address, DNS records and certificates exist without a load
 * balancer. A workload can have one endpoint, because timeout, health check and Cloud Armor policy belong to its Service.
 *
 * @example
 * ```ts
 * const endpoint = new PublicEndpoint(stack, 'PublicEndpoint', {
 *   workload: billing,
 *   hostName: 'api.example.com',
 *   dnsZoneName: 'example-com',
 *   healthCheckPath: '/healthz',
 * });
 * new TerraformOutput(stack, 'address', { value: endpoint.ipAddress });
 * ```
 */
export class PublicEndpoint extends Construct {
  public readonly workload: Workload;
  public readonly port: Port;
  public readonly hostName: string;
  public readonly additionalHostNames: readonly string[];
  public readonly healthCheckPath: string;
  public readonly healthCheckPort: Port;
  public readonly timeoutSeconds: number;
  public readonly securityPolicyName?: string;

  /** IP address of the load balancer, as a reference. */
  public readonly ipAddress: string;

  private readonly addressName: string;
  private readonly certificateNames: string;
  private readonly sslPolicyName: string;

  constructor(scope: Construct, id: string, props: PublicEndpointProps) {
    super(scope, id);
    requireProps(this, 'PublicEndpointProps', props);

    this.workload = this.requireFirstEndpoint(props.workload);
    this.port = this.requirePort(props.port ?? this.workload.port);
    this.hostName = requireHostName(this, 'hostName', props.hostName);
    this.additionalHostNames = (props.additionalHostNames ?? []).map((name) => requireHostName(this, 'additionalHostNames', name));
    this.claimHostNames();
    ({ path: this.healthCheckPath, port: this.healthCheckPort } = this.resolveHealthCheck(props.healthCheckPath));
    this.timeoutSeconds = this.requireTimeout(props.timeoutSeconds ?? 30);
    this.securityPolicyName = props.securityPolicyName && requireName(this, 'securityPolicyName', props.securityPolicyName);

    const address = new ComputeGlobalAddress(this, 'Address', { ...this.projectAndApi(), name: physicalName(this) });
    this.ipAddress = address.address;
    this.addressName = address.name;
    this.certificateNames = this.createCertificates();
    this.sslPolicyName = this.createSslPolicy().name;
    if (props.dnsProjectId !== undefined) requireProjectId(this, 'dnsProjectId', props.dnsProjectId);
    if (props.dnsZoneName !== undefined) this.createDnsRecords(props.dnsZoneName, props.dnsProjectId);

    endpoints.set(this.workload, this);
    this.allowLoadBalancers();
    if (this.workload.namespace.enabled) this.createIngress();
  }

  private get hostNames(): readonly string[] {
    return [this.hostName, ...this.additionalHostNames];
  }

  private requireFirstEndpoint(workload: Workload): Workload {
    const other = endpoints.get(workload);
    if (other) {
      throw new ValidationError(
        this,
        `'workload' must have one public endpoint (use 'additionalHostNames' of ${other.node.path}), got ${workload.node.path} again`,
      );
    }
    return workload;
  }

  private requirePort(port: Port | undefined): Port {
    if (!port || !this.workload.listensOn(port)) {
      throw new ValidationError(this, `'port' must be one of the workload's ports, got ${port ?? 'none'}`);
    }
    if (port.protocol !== 'tcp') throw new ValidationError(this, `'port' must be a tcp port, got ${port}`);
    return port;
  }

  /** Each host name belongs to one endpoint of a stack, because it has one DNS record and one address. */
  private claimHostNames(): void {
    const { hostNames } = this;
    requireDistinct(this, 'additionalHostNames', hostNames);
    for (const hostName of hostNames) {
      const owner = hosts.claim(TerraformStack.of(this), hostName, () => this);
      if (owner === this) continue;
      const prop = hostName === this.hostName ? 'hostName' : 'additionalHostNames';
      throw new ValidationError(this, `'${prop}' must be used by one endpoint of a stack, got '${hostName}' of ${owner.node.path} again`);
    }
    if (hostNames.length > MAX_HOST_NAMES) {
      throw new ValidationError(
        this,
        `'additionalHostNames' must be at most ${MAX_HOST_NAMES - 1}, as a load balancer takes ${MAX_HOST_NAMES} certificates, got ${hostNames.length - 1}`,
      );
    }
  }

  private requireTimeout(timeoutSeconds: number): number {
    requireWholeNumber(this, 'timeoutSeconds', timeoutSeconds, { min: 1 });
    const { terminationGraceSeconds } = this.workload.pod;
    if (timeoutSeconds > terminationGraceSeconds) {
      throw new ValidationError(
        this,
        `'timeoutSeconds' must be at most the workload's terminationGraceSeconds (${terminationGraceSeconds}), or a rollout cuts requests off, got ${timeoutSeconds}`,
      );
    }
    return timeoutSeconds;
  }

  private projectAndApi() {
    const { project } = this.workload.namespace.cluster;
    return { project: project.projectId, dependsOn: project.enable('compute.googleapis.com') };
  }

  /** Creates one certificate for each host name and returns their names, separated by commas. */
  private createCertificates(): string {
    const certificates = this.hostNames.map(
      (hostName) =>
        new ComputeManagedSslCertificate(this, this.childId('Certificate', hostName), {
          ...this.projectAndApi(),
          // A hash of the host name: the old certificate and the new one exist together until the load balancer has changed.
          name: `${physicalName(this, { maxLength: COMPUTE_NAME_LENGTH - 9 })}-${stableHash(hostName)}`,
          managed: { domains: [hostName] },
          lifecycle: { createBeforeDestroy: true },
        }),
    );
    return certificates.map(({ name }) => name).join(',');
  }

  private createSslPolicy(): ComputeSslPolicy {
    return new ComputeSslPolicy(this, 'SslPolicy', {
      ...this.projectAndApi(),
      name: physicalName(this),
      profile: 'MODERN',
      minTlsVersion: 'TLS_1_2',
    });
  }

  private createDnsRecords(zoneName: string, zoneProjectId: string | undefined): void {
    requireName(this, 'dnsZoneName', zoneName);
    const { project } = this.workload.namespace.cluster;
    for (const hostName of this.hostNames) {
      new DnsRecordSet(this, this.childId('DnsRecord', hostName), {
        project: zoneProjectId ?? project.projectId,
        managedZone: zoneName,
        name: `${hostName}.`,
        type: 'A',
        ttl: 300,
        rrdatas: [this.ipAddress],
        dependsOn: zoneProjectId === undefined ? project.enable('dns.googleapis.com') : undefined,
      });
    }
  }

  private allowLoadBalancers(): void {
    const { workload, port, healthCheckPort, hostName } = this;
    workload.allowFrom(Peer.googleLoadBalancers(this), { port, reason: `${hostName} from the internet` });
    if (`${healthCheckPort}` === `${port}`) return;
    workload.allowFrom(Peer.googleLoadBalancers(this), { port: healthCheckPort, reason: `health checks of ${hostName}` });
  }

  /** Construct id of the resources of a host name. Ids of `hostName` do not contain it, so that a change keeps them. */
  private childId(kind: string, hostName: string): string {
    return hostName === this.hostName ? kind : `${kind}-${hostName}`;
  }

  /** Resolves the health check: the given path on the endpoint's port, or path and port of the readiness probe. */
  private resolveHealthCheck(path: string | undefined): { readonly path: string; readonly port: Port } {
    if (path !== undefined) {
      return { path: requireMatch(this, 'healthCheckPath', path, /^\/\S*$/, 'a path that begins with /'), port: this.port };
    }
    const { probe, probePath, probePort } = this.workload;
    if (probe !== 'http' || !probePort) {
      throw new ValidationError(
        this,
        `'healthCheckPath' must be given for a workload whose probe is '${probe}', since the load balancer checks over HTTP, got none`,
      );
    }
    return { path: probePath, port: probePort };
  }

  private createIngress(): void {
    const { workload } = this;
    const { namespace } = workload;
    const name = namespace.claimAppName(this, kebabCase(this.node.id), 53);

    const configuration = new Release(this, 'Configuration', {
      provider: namespace.cluster.helmProvider,
      name,
      namespace: namespace.namespaceReference,
      ...HelmChart.local(findChart('gke-ingress')).bind(this),
      values: [
        renderValues(this, {
          name,
          sslPolicy: this.sslPolicyName,
          securityPolicy: this.securityPolicyName ?? '',
          timeoutSeconds: this.timeoutSeconds,
          healthCheckPath: this.healthCheckPath,
          // The maximum of Google Cloud is an hour.
          drainingSeconds: Math.min(3600, Math.max(60, this.timeoutSeconds)),
          healthCheckPort: this.healthCheckPort.first,
        }),
      ],
      atomic: true,
      wait: true,
      timeout: 300,
      maxHistory: 10,
    });
    describeRelease(configuration, {
      podLabels: null,
      bringsPolicies: false,
      loadBalancer: { securityPolicy: this.securityPolicyName, redirectsToHttps: true },
    });
    orderAfter(configuration, () => namespace.podsReady());
    workload.annotateService('cloud.google.com/backend-config', JSON.stringify({ default: name }));

    new IngressV1(this, 'Resource', {
      provider: namespace.cluster.kubernetesProvider,
      metadata: {
        name,
        namespace: namespace.namespaceReference,
        annotations: {
          // The controller of GKE reads the class from the annotation only: with `ingress_class_name` it creates no load balancer.
          'kubernetes.io/ingress.class': 'gce',
          'kubernetes.io/ingress.global-static-ip-name': this.addressName,
          'ingress.gcp.kubernetes.io/pre-shared-cert': this.certificateNames,
          'networking.gke.io/v1beta1.FrontendConfig': configuration.name,
        },
      },
      // GKE takes minutes to create a load balancer, and deletes its parts before the Ingress.
      timeouts: { create: '30m', delete: '30m' },
      spec: {
        rule: this.hostNames.map((host) => ({
          host,
          http: {
            path: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: workload.serviceName, port: { number: this.port.first } } },
              },
            ],
          },
        })),
      },
      waitForLoadBalancer: true,
    });
  }
}

function requireHostName(scope: Construct, prop: string, hostName: string): string {
  return requireMatch(
    scope,
    prop,
    hostName,
    /^(?=.{1,63}$)([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]([-a-z0-9]*[a-z0-9])?$/,
    'a host name in lower case of at most 63 characters, such as api.example.com',
  );
}
