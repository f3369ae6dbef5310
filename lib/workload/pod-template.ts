import type { IConstruct } from 'constructs';
import { requireKubernetesLabels } from '../core/labels';
import { kebabCase, shorten } from '../core/physical-name';
import { requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import type { AppNamespace } from './app-namespace';
import { Quantity, requireQuantity, requireWithin } from './quantity';

/** A key of a Kubernetes secret that exists in the namespace. */
export interface SecretKey {
  readonly secretName: string;
  readonly key: string;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

/** Lets pods on nodes with the taint. */
export interface Toleration {
  readonly key: string;

  /**
   * Value of the taint.
   *
   * @default - any
   */
  readonly value?: string;

  /**
   * Effect of the taint.
   *
   * @default - any
   */
  readonly effect?: (typeof EFFECTS)[number];
}

/** What `Workload` and `ScheduledJob` have in common: a pod with one container. */
export interface PodProps {
  readonly namespace: AppNamespace;

  /**
   * Image with a tag or a digest, for example `ghcr.io/example/billing:1.4.2`. `latest` is refused: what runs would
   * depend on when a pod was started.
   */
  readonly image: string;

  /**
   * Name in Kubernetes, one in the namespace.
   *
   * @default - the construct's id in kebab case
   */
  readonly name?: string;

  /**
   * Program to run in the container.
   *
   * @default - the image's
   */
  readonly command?: readonly string[];

  /**
   * Arguments of the program.
   *
   * @default - the image's
   */
  readonly args?: readonly string[];

  /**
   * Environment variables with their values. They are readable by whoever may look at the namespace: secrets go into
   * `secrets`.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;

  /**
   * Environment variables from keys of Kubernetes secrets, which exist before in the namespace: no secret value passes
   * through Terraform, its plans and its state.
   *
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, SecretKey>>;

  /**
   * Kubernetes secrets as files, one a key: the folder in the container, and the name of the secret, which exists
   * before in the namespace.
   *
   * @default - none
   */
  readonly secretFiles?: Readonly<Record<string, string>>;

  /**
   * CPU the container asks for, for example `250m` or `2`.
   *
   * @default '100m'
   */
  readonly cpuRequest?: string;

  /**
   * CPU the container may use at most.
   *
   * @default - what is idle on its node
   */
  readonly cpuLimit?: string;

  /**
   * Memory the container asks for, for example `512Mi`.
   *
   * @default '128Mi'
   */
  readonly memoryRequest?: string;

  /**
   * Memory the container may use; it is killed when it takes more.
   *
   * @default - the same as memoryRequest, so that no pod lives on memory its node may not have
   */
  readonly memoryLimit?: string;

  /**
   * User and group the container runs as. The default is a user no image has files of, and it works whether or not the
   * image names its own.
   *
   * @default 65532
   */
  readonly userId?: number;

  /**
   * Whether the container may run as root and gain privileges. The way out of the hardened security context for images
   * that need it; the namespace must not enforce the `restricted` standard then.
   *
   * @default false
   */
  readonly allowRoot?: boolean;

  /**
   * Whether the container may write to its image's file system, besides `/tmp`.
   *
   * @default false
   */
  readonly writableRootFilesystem?: boolean;

  /**
   * Size of `/tmp`, which is empty when a pod starts.
   *
   * @default '100Mi'
   */
  readonly temporaryStorage?: string;

  /**
   * Whether pods may call the Kubernetes API: they get a token of their service account and the way to the API.
   *
   * @default - as the namespace says; false
   */
  readonly kubernetesApiAccess?: boolean;

  /**
   * Labels of the nodes pods run on, for example those of one node pool. A node pool of the cluster must have them, where
   * the cluster is made here.
   *
   * @default - any node
   */
  readonly nodeLabels?: Readonly<Record<string, string>>;

  /**
   * Node taints that the pods tolerate. A node pool of the cluster must have them, where the cluster is made here.
   *
   * @default - none
   */
  readonly tolerations?: readonly Toleration[];

  /**
   * Seconds a container has to finish its work once it is told to stop.
   *
   * @default 30
   */
  readonly terminationGraceSeconds?: number;
}

/** A pod as its props ask for it, checked and with defaults resolved; what the pod template is rendered from. */
export class PodTemplate {
  public readonly image: string;
  public readonly cpuRequest: string;
  public readonly cpuLimit?: string;
  public readonly memoryRequest: string;
  public readonly memoryLimit: string;
  public readonly temporaryStorage: string;
  public readonly userId: number;
  public readonly allowRoot: boolean;
  public readonly writableRootFilesystem: boolean;
  public readonly kubernetesApiAccess: boolean;
  public readonly terminationGraceSeconds: number;

  constructor(
    scope: IConstruct,
    private readonly props: PodProps,
  ) {
    const { namespace } = props;
    this.image = requireImage(scope, props.image);
    this.cpuRequest = requireQuantity(scope, 'cpuRequest', props.cpuRequest ?? '100m');
    this.memoryRequest = requireQuantity(scope, 'memoryRequest', props.memoryRequest ?? '128Mi');
    this.memoryLimit = requireQuantity(scope, 'memoryLimit', props.memoryLimit ?? this.memoryRequest);
    requireWithin(scope, 'memoryRequest', this.memoryRequest, 'memoryLimit', this.memoryLimit);
    if (props.cpuLimit !== undefined) {
      this.cpuLimit = requireQuantity(scope, 'cpuLimit', props.cpuLimit);
      requireWithin(scope, 'cpuRequest', this.cpuRequest, 'cpuLimit', this.cpuLimit);
    }
    requireKubernetesLabels(scope, 'nodeLabels', props.nodeLabels);
    for (const { key, value = '', effect } of props.tolerations ?? []) {
      requireKubernetesLabels(scope, 'tolerations', { [key]: value });
      if (effect !== undefined) requireOneOf(scope, `tolerations.${key}.effect`, effect, EFFECTS);
    }
    this.temporaryStorage = requireQuantity(scope, 'temporaryStorage', props.temporaryStorage ?? '100Mi');
    this.allowRoot = props.allowRoot ?? false;
    this.userId = requireWholeNumber(scope, 'userId', props.userId ?? (this.allowRoot ? 0 : 65532), { min: this.allowRoot ? 0 : 1 });
    if (this.allowRoot && namespace.podSecurity === 'restricted') {
      throw new ValidationError(
        scope,
        `'allowRoot' must not be set where the namespace's podSecurity is restricted, which would refuse the pods (give '${namespace.namespaceName}' podSecurity: 'baseline')`,
      );
    }
    this.writableRootFilesystem = props.writableRootFilesystem ?? false;
    this.kubernetesApiAccess = props.kubernetesApiAccess ?? namespace.kubernetesApiAccess;
    this.terminationGraceSeconds = requireWholeNumber(scope, 'terminationGraceSeconds', props.terminationGraceSeconds ?? 30, { min: 0 });

    for (const variable of Object.keys({ ...props.environment, ...props.secrets })) {
      requireMatch(scope, 'environment', variable, /^[A-Za-z_][A-Za-z0-9_]*$/, 'keyed by names of environment variables');
      if (variable in (props.environment ?? {}) && variable in (props.secrets ?? {})) {
        throw new ValidationError(scope, `'secrets' must not set a variable of environment too, got '${variable}' in both`);
      }
    }
    for (const [variable, { secretName, key }] of Object.entries(props.secrets ?? {})) {
      requireSecretName(scope, `secrets.${variable}.secretName`, secretName);
      requireMatch(scope, `secrets.${variable}.key`, key, /^[-\w.]{1,253}$/, "at most 253 letters, digits, '-', '_' and '.'");
    }
    for (const [folder, secretName] of Object.entries(props.secretFiles ?? {})) {
      requireSecretName(scope, `secretFiles.${folder}`, secretName);
      requireMatch(scope, 'secretFiles', folder, /^(?!\/tmp$)\/[^:\s]*[^:\s/]$/, 'keyed by absolute folders other than / and /tmp');
    }
    scope.node.addValidation({ validate: () => this.placementProblems(scope) });
  }

  /** Reasons why no node of the namespace's cluster can run the pod, as far as its nodes are known. */
  private placementProblems(scope: IConstruct): string[] {
    const { namespace, nodeLabels = {}, tolerations = [] } = this.props;
    if (!namespace.enabled) return [];
    const problems = namespace.cluster.placementProblems?.({
      cpuRequest: this.cpuRequest,
      memoryRequest: this.memoryRequest,
      cpu: Quantity.parse(scope, 'cpuRequest', this.cpuRequest).toNumber(),
      memoryBytes: Quantity.parse(scope, 'memoryRequest', this.memoryRequest).toNumber(),
      nodeLabels,
      tolerations,
    });
    return [...(problems ?? [])];
  }

  /** The pod, with what is particular to its kind added to its container and to itself. */
  public spec<C extends object, P extends object>(name: string, container: C, pod: P) {
    const { namespace, nodeLabels, tolerations = [] } = this.props;
    const files = Object.entries(this.props.secretFiles ?? {}).map(([mountPath, secretName]) => ({
      mountPath,
      secretName,
      name: shorten(`files-${kebabCase(mountPath)}`, 63),
    }));
    return {
      serviceAccountName: namespace.serviceAccountName,
      automountServiceAccountToken: this.kubernetesApiAccess,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: this.terminationGraceSeconds,
      nodeSelector: nodeLabels && Object.keys(nodeLabels).length > 0 ? nodeLabels : undefined,
      toleration: tolerations.map(({ key, value, effect }) => ({ key, value, effect, operator: value === undefined ? 'Exists' : 'Equal' })),
      securityContext: {
        runAsNonRoot: !this.allowRoot,
        runAsUser: `${this.userId}`,
        runAsGroup: `${this.userId}`,
        fsGroup: `${this.userId}`,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      container: [
        {
          name,
          image: this.image,
          command: this.props.command && [...this.props.command],
          args: this.props.args && [...this.props.args],
          env: this.env(),
          resources: {
            requests: { cpu: this.cpuRequest, memory: this.memoryRequest },
            limits: { ...(this.cpuLimit === undefined ? {} : { cpu: this.cpuLimit }), memory: this.memoryLimit },
          },
          securityContext: {
            // Written here too: the provider sends `false` for a boolean that the block leaves out, and the pod's value is lost.
            runAsNonRoot: !this.allowRoot,
            allowPrivilegeEscalation: this.allowRoot,
            privileged: false,
            readOnlyRootFilesystem: !this.writableRootFilesystem,
            capabilities: this.allowRoot ? undefined : { drop: ['ALL'] },
          },
          volumeMount: [{ name: 'tmp', mountPath: '/tmp' }, ...files.map(({ name, mountPath }) => ({ name, mountPath, readOnly: true }))],
          ...container,
        },
      ],
      volume: [
        { name: 'tmp', emptyDir: { sizeLimit: this.temporaryStorage } },
        ...files.map(({ name, secretName }) => ({ name, secret: { secretName } })),
      ],
      ...pod,
    };
  }

  /** Sorted by name, so that the order of writing never restarts pods. */
  private env() {
    const values = Object.entries(this.props.environment ?? {}).map(([name, value]) => ({ name, value }));
    const secrets = Object.entries(this.props.secrets ?? {}).map(([name, { secretName, key }]) => ({
      name,
      valueFrom: { secretKeyRef: { name: secretName, key } },
    }));
    return [...values, ...secrets].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function requireSecretName(scope: IConstruct, prop: string, name: string): void {
  const form = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
  requireMatch(scope, prop, name, form, "the name of a secret: lower case letters, digits, '-' and '.'");
}

function requireImage(scope: IConstruct, image: string): string {
  const rule = 'an image with a tag other than latest, or a digest';
  requireMatch(scope, 'image', image, /^[a-z0-9][\w.:/-]*(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/, rule);
  requireMatch(scope, 'image', image, /^(?!.*:latest$)/, rule);
  return image;
}
