import type { IConstruct } from 'constructs';
import { requireKubernetesLabels } from '../core/labels';
import { kebabCase, shorten } from '../core/physical-name';
import { requireDistinct, requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { requireText, requireTexts } from '../core/template-text';
import { ValidationError } from '../core/validation-error';
import type { AppNamespace } from './app-namespace';
import { Quantity, requireCpu, requireMemory, requireWithin } from './quantity';

/** Key of an existing Kubernetes Secret in the namespace. */
export interface SecretKey {
  /** Name of the Secret. */
  readonly secretName: string;

  /** Key in the Secret. */
  readonly key: string;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

/** Maximum user id in Kubernetes. */
const MAX_USER_ID = 2 ** 31 - 1;

/** Toleration of a node taint. */
export interface Toleration {
  /** Key of the taint. */
  readonly key: string;

  /**
   * Value of the taint.
   *
   * @default - any value
   */
  readonly value?: string;

  /**
   * Effect of the taint.
   *
   * @default - any effect
   */
  readonly effect?: (typeof EFFECTS)[number];
}

/** Properties of a pod with one container, for `Workload` and `ScheduledJob`. */
export interface PodProps {
  /** Namespace of the pods. */
  readonly namespace: AppNamespace;

  /**
   * Image with a tag or a digest, for example `ghcr.io/example/billing:1.4.2`. The tag `latest` is rejected, because the
   * version would depend on the start time of a pod.
   */
  readonly image: string;

  /**
   * Name in Kubernetes, unique in the namespace.
   *
   * @default - the construct's id in kebab case
   */
  readonly name?: string;

  /**
   * Command of the container. Its texts are literal, `${` included; an expression of Terraform is a token of cdktf.
   *
   * @default - the entrypoint of the image
   */
  readonly command?: readonly string[];

  /**
   * Arguments of the command. Their texts are literal, `${` included; an expression of Terraform is a token of cdktf.
   *
   * @default - the arguments of the image
   */
  readonly args?: readonly string[];

  /**
   * Environment variables. Users with read access to the namespace can read them: use `secrets` for secret values. Their values are
   * literal, `${` included; an expression of Terraform is a token of cdktf, such as an attribute of a resource.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;

  /**
   * Environment variables from keys of existing Kubernetes Secrets in the namespace. Neither plans nor state of Terraform
   * contain the values.
   *
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, SecretKey>>;

  /**
   * Existing Kubernetes Secrets, mounted as files: the name of a Secret by its folder in the container. Each key is a file.
   *
   * @default - none
   */
  readonly secretFiles?: Readonly<Record<string, string>>;

  /**
   * CPU request, for example `250m` or `2`.
   *
   * @default '100m'
   */
  readonly cpuRequest?: string;

  /**
   * CPU limit.
   *
   * @default - none: the container can use idle CPU of its node
   */
  readonly cpuLimit?: string;

  /**
   * Memory request, for example `512Mi`.
   *
   * @default '128Mi'
   */
  readonly memoryRequest?: string;

  /**
   * Memory limit: a container that exceeds it is killed.
   *
   * @default - memoryRequest, so that nodes do not overcommit memory
   */
  readonly memoryLimit?: string;

  /**
   * User id and group id of the container. They override those of the image.
   *
   * @default 65532, or 0 with `allowRoot`
   */
  readonly userId?: number;

  /**
   * Allows the container to run as root and to escalate privileges, for images that need it. The namespace must not enforce
   * the `restricted` Pod Security Standard.
   *
   * @default false
   */
  readonly allowRoot?: boolean;

  /**
   * Makes the root filesystem writable. `/tmp` always is.
   *
   * @default false
   */
  readonly writableRootFilesystem?: boolean;

  /**
   * Size limit of `/tmp`, an emptyDir volume.
   *
   * @default '100Mi'
   */
  readonly temporaryStorage?: string;

  /**
   * Mounts a service account token and allows connections to the Kubernetes API.
   *
   * @default - kubernetesApiAccess of the namespace
   */
  readonly kubernetesApiAccess?: boolean;

  /**
   * Node selector, for example the labels of one node pool. A node pool of the cluster must have the labels, unless the
   * cluster is imported.
   *
   * @default - any node
   */
  readonly nodeLabels?: Readonly<Record<string, string>>;

  /**
   * Node taints that the pods tolerate. A node pool of the cluster must have the taints, unless the cluster is imported.
   *
   * @default - none
   */
  readonly tolerations?: readonly Toleration[];

  /**
   * Seconds between SIGTERM and SIGKILL when a pod terminates.
   *
   * @default 30
   */
  readonly terminationGraceSeconds?: number;
}

/** Resolved and validated pod, from which pod templates are rendered. */
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
    this.cpuRequest = requireCpu(scope, 'cpuRequest', props.cpuRequest ?? '100m');
    this.memoryRequest = requireMemory(scope, 'memoryRequest', props.memoryRequest ?? '128Mi');
    this.memoryLimit = requireMemory(scope, 'memoryLimit', props.memoryLimit ?? this.memoryRequest);
    requireWithin(scope, 'memoryRequest', this.memoryRequest, 'memoryLimit', this.memoryLimit);
    if (props.cpuLimit !== undefined) {
      this.cpuLimit = requireCpu(scope, 'cpuLimit', props.cpuLimit);
      requireWithin(scope, 'cpuRequest', this.cpuRequest, 'cpuLimit', this.cpuLimit);
    }
    requireKubernetesLabels(scope, 'nodeLabels', props.nodeLabels);
    for (const { key, value = '', effect } of props.tolerations ?? []) {
      requireKubernetesLabels(scope, 'tolerations', { [key]: value });
      if (effect !== undefined) requireOneOf(scope, `tolerations.${key}.effect`, effect, EFFECTS);
    }
    this.temporaryStorage = requireMemory(scope, 'temporaryStorage', props.temporaryStorage ?? '100Mi');
    this.allowRoot = props.allowRoot ?? false;
    this.userId = requireWholeNumber(scope, 'userId', props.userId ?? (this.allowRoot ? 0 : 65532), { min: this.allowRoot ? 0 : 1 });
    if (this.userId > MAX_USER_ID) throw new ValidationError(scope, `'userId' must be at most ${MAX_USER_ID}, got ${this.userId}`);
    if (this.allowRoot && namespace.podSecurity === 'restricted') {
      throw new ValidationError(
        scope,
        `'allowRoot' must not be set where the namespace's podSecurity is restricted, which would refuse the pods (give '${namespace.namespaceName}' podSecurity: 'baseline')`,
      );
    }
    this.writableRootFilesystem = props.writableRootFilesystem ?? false;
    this.kubernetesApiAccess = props.kubernetesApiAccess ?? namespace.kubernetesApiAccess;
    this.terminationGraceSeconds = requireWholeNumber(scope, 'terminationGraceSeconds', props.terminationGraceSeconds ?? 30, { min: 0 });

    const { environment = {}, secrets = {} } = props;
    for (const [prop, variables] of Object.entries({ environment, secrets })) {
      for (const variable of Object.keys(variables)) {
        requireMatch(scope, prop, variable, /^[A-Za-z_][A-Za-z0-9_]*$/, 'keyed by names of environment variables');
      }
    }
    const twice = Object.keys(secrets).find((variable) => Object.hasOwn(environment, variable));
    if (twice !== undefined) {
      throw new ValidationError(scope, `'secrets' must not set a variable of environment too, got '${twice}' in both`);
    }
    for (const [variable, { secretName, key }] of Object.entries(props.secrets ?? {})) {
      requireSecretName(scope, `secrets.${variable}.secretName`, secretName);
      requireMatch(scope, `secrets.${variable}.key`, key, /^[-\w.]{1,253}$/, "at most 253 letters, digits, '-', '_' and '.'");
    }
    const folders = Object.keys(props.secretFiles ?? {});
    if (folders.length > 0) requireDistinct(scope, 'secretFiles', folders, kebabCase);
    for (const [folder, secretName] of Object.entries(props.secretFiles ?? {})) {
      requireSecretName(scope, `secretFiles.${folder}`, secretName);
      requireMatch(scope, 'secretFiles', folder, /^(?!\/tmp$)\/[^:\s]*[^:\s/]$/, 'keyed by absolute folders other than / and /tmp');
    }
    scope.node.addValidation({ validate: () => this.placementProblems(scope) });
  }

  /** Reasons why no known node of the cluster can run the pod. */
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

  /** Renders the pod spec, with the given arguments added to its container and to the pod. */
  public spec<C extends object, P extends object>(scope: IConstruct, name: string, container: C, pod: P) {
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
          command: this.props.command && requireTexts(scope, 'command', this.props.command),
          args: this.props.args && requireTexts(scope, 'args', this.props.args),
          env: this.renderEnvironment(scope),
          resources: {
            requests: { cpu: this.cpuRequest, memory: this.memoryRequest },
            limits: { ...(this.cpuLimit === undefined ? {} : { cpu: this.cpuLimit }), memory: this.memoryLimit },
          },
          securityContext: {
            // Repeated here: the provider sends `false` for an absent boolean, which would override the value of the pod.
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

  /** Renders environment variables sorted by name, so that their order never restarts pods. */
  private renderEnvironment(scope: IConstruct) {
    const values = Object.entries(this.props.environment ?? {}).map(([name, value]) => ({
      name,
      value: requireText(scope, `environment.${name}`, value),
    }));
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
