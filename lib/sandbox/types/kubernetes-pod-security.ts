import type { CloudResource } from '../cloud-resource';
import type { Cloud } from '../type-description';
import { isSet, isValues, type Value, type Values } from '../values';
import { namespaceIdentity } from './admission/namespace';

type Level = 'baseline' | 'restricted';

/** Violation of a Pod Security check by a pod or its containers. */
interface Check {
  /** Name of the check in the API server's message. */
  readonly reason: string;
  /** Details of the violation; empty if the pod passes. */
  violations(pod: Values): readonly string[];
}

/** Returns the reason why a namespace's Pod Security level rejects the pods of a workload; empty if it admits them. */
export function findPodSecurityViolation(workload: CloudResource, pod: Values, cloud: Cloud): string {
  const { level, version } = enforcedLevel(workload, cloud);
  const violations = level ? findPodSecurityViolations(level, pod) : [];
  return violations.length > 0 ? `violates PodSecurity "${level}:${version}": ${violations.join(', ')}` : '';
}

/** Reads the Pod Security level from the labels of a workload's namespace; none for `privileged`. */
function enforcedLevel(resource: CloudResource, cloud: Cloud): { readonly level?: Level; readonly version: string } {
  const labels = cloud.get('kubernetes_namespace_v1', namespaceIdentity(resource))?.get('metadata.labels');
  const label = (name: string) => (labels && isValues(labels) ? labels[`pod-security.kubernetes.io/${name}`] : undefined);
  const level = label('enforce');
  const version = label('enforce-version');
  return {
    level: level === 'baseline' || level === 'restricted' ? level : undefined,
    version: isSet(version) ? String(version) : 'latest',
  };
}

/**
 * Finds violations of a Pod Security level, in the API server's words and order.
 *
 * The pod is checked as sent: the kubernetes provider sends `runAsNonRoot: false` for a `security_context` without it (`sentAsZero`), which
 * counts as set.
 */
export function findPodSecurityViolations(level: Level, pod: Values): string[] {
  const checks = level === 'baseline' ? [...BASELINE_ONLY, ...BASELINE] : [...BASELINE, ...RESTRICTED];
  return checks.flatMap(({ reason, violations }) => {
    const details = violations(pod);
    return details.length > 0 ? [`${reason} (${details.join('; ')})`] : [];
  });
}

const blocks = (values: Values | undefined, name: string): Values[] => [values?.[name] ?? null].flat().filter(isValues);
const block = (values: Values | undefined, name: string): Values | undefined => blocks(values, name)[0];
const texts = (values: Values | undefined, name: string): string[] =>
  [values?.[name] ?? null]
    .flat()
    .filter((value: Value) => isSet(value))
    .map(String);
const securityContext = (podOrContainer: Values) => block(podOrContainer, 'security_context');
const containers = (pod: Values): Values[] => [...blocks(pod, 'init_container'), ...blocks(pod, 'container')];

const quoted = (names: readonly Value[]) => names.map((name) => `"${name}"`).join(', ');
const listNames = (kind: 'container' | 'volume', named: readonly Values[]) =>
  `${kind}${named.length > 1 ? 's' : ''} ${quoted(named.map(({ name }) => name ?? ''))}`;

/** Checks containers with a predicate for violations. */
function containersThat(breaks: (container: Values) => boolean, demand: string): Check['violations'] {
  return (pod) => {
    const bad = containers(pod).filter(breaks);
    return bad.length > 0 ? [`${listNames('container', bad)} ${demand}`] : [];
  };
}

/** Checks that neither the pod nor a container sets a forbidden value in its security context. */
function settersThat(breaks: (context: Values) => boolean, demand: string): Check['violations'] {
  return (pod) => {
    const sets = (owner: Values) => blocks(owner, 'security_context').some(breaks);
    const bad = containers(pod).filter(sets);
    const setters = [...(sets(pod) ? ['pod'] : []), ...(bad.length > 0 ? [listNames('container', bad)] : [])];
    return setters.length > 0 ? [`${setters.join(' and ')} ${demand}`] : [];
  };
}

/** Checks a value that a pod or each of its containers must set; a container's value overrides the pod's. */
function mustSet(isSetBy: (context: Values) => boolean, isLeftOut: (context: Values) => boolean, demand: string): Check['violations'] {
  return (pod) => {
    if (blocks(pod, 'security_context').some(isSetBy)) return [];
    const bad = containers(pod).filter((container) => {
      const context = securityContext(container);
      return context === undefined || isLeftOut(context);
    });
    return bad.length > 0 ? [`pod or ${listNames('container', bad)} ${demand}`] : [];
  };
}

/** Returns the violations of the first check with any. */
const firstFailing =
  (...checks: readonly Check['violations'][]): Check['violations'] =>
  (pod) =>
    checks.map((violations) => violations(pod)).find((found) => found.length > 0) ?? [];

const seccompType = (context: Values) => texts(block(context, 'seccomp_profile'), 'type')[0];
const capabilities = (container: Values, kind: 'add' | 'drop') => texts(block(securityContext(container), 'capabilities'), kind);

function addedBeyond(allowed: readonly string[]): Check['violations'] {
  return (pod) => {
    const extra = (container: Values) => capabilities(container, 'add').filter((name) => !allowed.includes(name));
    const bad = containers(pod).filter((container) => extra(container).length > 0);
    if (bad.length === 0) return [];
    const added = [...new Set(bad.flatMap(extra))].sort();
    return [`${listNames('container', bad)} must not include ${quoted(added)} in securityContext.capabilities.add`];
  };
}

const volumeSources = (volume: Values) => Object.keys(volume).filter((name) => name !== 'name' && blocks(volume, name).length > 0);
const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

const DEFAULT_CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

const SAFE_VOLUMES = ['config_map', 'csi', 'downward_api', 'empty_dir', 'ephemeral', 'persistent_volume_claim', 'projected', 'secret'];

const unconfined = settersThat(
  (context) => seccompType(context) === 'Unconfined',
  'must not set securityContext.seccompProfile.type to "Unconfined"',
);

/** Checks of `baseline` with a stricter form in `restricted`. */
const BASELINE_ONLY: readonly Check[] = [
  { reason: 'non-default capabilities', violations: addedBeyond(DEFAULT_CAPABILITIES) },
  {
    reason: 'hostPath volumes',
    violations: (pod) => {
      const bad = blocks(pod, 'volume').filter((volume) => volumeSources(volume).includes('host_path'));
      return bad.length > 0 ? [listNames('volume', bad)] : [];
    },
  },
  { reason: 'seccompProfile', violations: unconfined },
];

const BASELINE: readonly Check[] = [
  {
    reason: 'host namespaces',
    violations: (pod) => {
      const shared = { hostNetwork: pod.host_network, hostPID: pod.host_pid, hostIPC: pod.host_ipc };
      const set = Object.entries(shared).flatMap(([name, value]) => (value === true ? [`${name}=true`] : []));
      return set.length > 0 ? [set.join(', ')] : [];
    },
  },
  {
    reason: 'hostPort',
    violations: (pod) => {
      const hostPorts = (container: Values) =>
        blocks(container, 'port').flatMap(({ host_port: port }) => (Number(port) > 0 ? [port!] : []));
      const bad = containers(pod).filter((container) => hostPorts(container).length > 0);
      const ports = bad.flatMap(hostPorts);
      if (bad.length === 0) return [];
      return [
        `${listNames('container', bad)} ${bad.length > 1 ? 'use' : 'uses'} hostPort${ports.length > 1 ? 's' : ''} ${ports.join(', ')}`,
      ];
    },
  },
  {
    reason: 'privileged',
    violations: containersThat(
      (container) => securityContext(container)?.privileged === true,
      'must not set securityContext.privileged=true',
    ),
  },
];

const RESTRICTED: readonly Check[] = [
  {
    reason: 'allowPrivilegeEscalation != false',
    // Within the block, the provider's default is true.
    violations: containersThat(
      (container) => securityContext(container)?.allow_privilege_escalation !== false,
      'must set securityContext.allowPrivilegeEscalation=false',
    ),
  },
  {
    reason: 'unrestricted capabilities',
    violations: (pod) => [
      ...containersThat(
        (container) => !capabilities(container, 'drop').includes('ALL'),
        'must set securityContext.capabilities.drop=["ALL"]',
      )(pod),
      ...addedBeyond(['NET_BIND_SERVICE'])(pod),
    ],
  },
  {
    reason: 'restricted volume types',
    violations: (pod) =>
      blocks(pod, 'volume').flatMap((volume) =>
        volumeSources(volume)
          .filter((source) => !SAFE_VOLUMES.includes(source))
          .map((source) => `${listNames('volume', [volume])} uses restricted volume type "${camelCase(source)}"`),
      ),
  },
  {
    reason: 'runAsNonRoot != true',
    violations: firstFailing(
      settersThat((context) => context.run_as_non_root === false, 'must not set securityContext.runAsNonRoot=false'),
      mustSet(
        (context) => context.run_as_non_root === true,
        (context) => !isSet(context.run_as_non_root),
        'must set securityContext.runAsNonRoot=true',
      ),
    ),
  },
  {
    reason: 'runAsUser=0',
    violations: settersThat((context) => texts(context, 'run_as_user')[0] === '0', 'must not set runAsUser=0'),
  },
  {
    reason: 'seccompProfile',
    violations: firstFailing(
      unconfined,
      mustSet(
        (context) => seccompType(context) !== undefined,
        (context) => seccompType(context) === undefined,
        'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
      ),
    ),
  },
];
