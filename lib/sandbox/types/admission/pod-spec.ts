import { Quantity } from '../../quantity';
import type { Field } from './field';
import { checkLabels } from './metadata';
import { checkSelector } from './selector';
import { configKey, dnsLabel, portName, portNumber, qualifiedName, subdomain } from './syntax';

/**
 * Validates the pod of a workload, in the API server's order.
 *
 * @param spec pod spec
 * @param claims names of additional volumes, from claim templates
 */
export function checkPodSpec(spec: Field, claims: readonly string[] = []): void {
  const volumes = new Set([...checkVolumes(spec), ...claims]);
  checkContainers(spec, volumes);
  if (spec.get('dnsPolicy').text === 'None' && spec.get('dnsConfig.nameservers').text === '') {
    spec.get('dnsConfig').required('must provide `dnsConfig` when `dnsPolicy` is None');
  }
  checkLabels(spec, 'nodeSelector');
  checkUsers(spec.get('securityContext'), ['runAsUser', 'runAsGroup', 'fsGroup']);
  checkAffinity(spec.get('affinity'));
  spec.get('serviceAccountName').check(subdomain);
  spec.get('hostname').check(dnsLabel);
  for (const toleration of spec.items('tolerations')) checkToleration(toleration);
  spec.get('priorityClassName').check(subdomain);
  checkSpread(spec);
}

/** Required fields of volume sources. */
const REQUIRED_IN_VOLUMES: Readonly<Record<string, string>> = {
  secret: 'secretName',
  configMap: 'name',
  persistentVolumeClaim: 'claimName',
  hostPath: 'path',
};

function checkVolumes(spec: Field): ReadonlySet<string> {
  const names = new Set<string>();
  for (const volume of spec.items('volumes')) {
    const name = volume.get('name');
    name.requireText(dnsLabel);
    if (names.has(name.text)) name.duplicate();
    names.add(name.text);
    const [source, ...others] = listSources(volume);
    for (const other of others) volume.get(other).forbidden('may not specify more than 1 volume type');
    const required = REQUIRED_IN_VOLUMES[source ?? ''];
    if (required !== undefined && volume.get(`${source}.${required}`).text === '') volume.get(`${source}.${required}`).required();
  }
  return names;
}

/** Volume sources in the API server's order. */
const SOURCES = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'secret',
  'nfs',
  'persistentVolumeClaim',
  'configMap',
  'downwardApi',
  'csi',
  'projected',
];

function listSources(volume: Field): string[] {
  return volume.pickPresent(SOURCES);
}

function checkContainers(spec: Field, volumes: ReadonlySet<string>): void {
  const names = new Set<string>();
  for (const container of spec.items('containers')) {
    checkContainer(container, volumes);
    checkName(container, names);
    for (const probe of ['livenessProbe', 'startupProbe']) {
      const successes = container.get(`${probe}.successThreshold`);
      if (successes.isSet && successes.number !== 1) successes.invalid('must be 1');
    }
  }
  for (const container of spec.items('initContainers')) {
    checkContainer(container, volumes);
    checkName(container, names);
  }
}

function checkName(container: Field, names: Set<string>): void {
  const name = container.get('name');
  if (names.has(name.text)) name.duplicate();
  names.add(name.text);
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

function checkContainer(container: Field, volumes: ReadonlySet<string>): void {
  container.get('name').requireText(dnsLabel);
  if (container.get('image').text === '') container.get('image').required();
  if (container.get('imagePullPolicy').isSet) container.get('imagePullPolicy').supports(PULL_POLICIES);
  checkResources(container);
  checkPorts(container);
  checkVariables(container);
  checkMounts(container, volumes);
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) checkProbe(container.get(name));
  for (const name of ['postStart', 'preStop']) checkHandler(container.get(`lifecycle.${name}`));
  checkSecurityContext(container.get('securityContext'));
}

export const STANDARD_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

/** Validates the requests and limits of a container. */
export function checkResources(container: Field): void {
  const limits = container.entries('resources.limits');
  for (const [name, amount] of limits) checkResource(name, amount);
  for (const [name, amount] of [...container.entries('resources.requests')].sort(([one], [other]) => (one < other ? -1 : 1))) {
    checkResource(name, amount);
    const [request, limit] = [Quantity.parse(amount.text), Quantity.parse(limits.find(([other]) => other === name)?.[1].text ?? '')];
    if (!request || !limit?.isLess(request)) continue;
    container.get('resources.requests').as(String(request)).invalid(`must be less than or equal to ${name} limit of ${limit}`);
  }
}

function checkResource(name: string, amount: Field): void {
  if (!name.includes('/') && !STANDARD_RESOURCES.includes(name) && !name.startsWith('hugepages-')) {
    amount.as(name).invalid('must be a standard resource type or fully qualified');
    amount.as(name).invalid('must be a standard resource for containers');
  }
  if (Quantity.parse(amount.text)?.isNegative) amount.as(amount.text).invalid('must be greater than or equal to 0');
}

function checkPorts(container: Field): void {
  const names = new Set<string>();
  for (const port of container.items('ports')) {
    const name = port.get('name');
    if (name.text !== '') {
      name.check(portName);
      if (names.has(name.text)) name.duplicate();
      names.add(name.text);
    }
    port.get('containerPort').check((text) => portNumber(Number(text)));
  }
}

const FIELDS =
  /^(metadata\.(name|namespace|uid|labels(\['.*'\])?|annotations(\['.*'\])?)|spec\.(nodeName|serviceAccountName)|status\.(hostIP|hostIPs|podIP|podIPs))$/;

function checkVariables(container: Field): void {
  for (const variable of container.items('env')) {
    variable
      .get('name')
      .requireText((name) =>
        /^[ -<>-~]+$/.test(name)
          ? []
          : ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
      );
    const from = variable.get('valueFrom');
    if (!from.isSet) continue;
    const path = from.get('fieldRef.fieldPath');
    if (path.text !== '' && !FIELDS.test(path.text)) path.invalid(`error converting fieldPath: field label not supported: ${path.text}`);
    for (const source of ['configMapKeyRef', 'secretKeyRef']) {
      if (!from.get(source).isSet) continue;
      from.get(`${source}.name`).check(subdomain);
      from.get(`${source}.key`).requireText(configKey);
    }
    if (variable.get('value').text !== '') from.as('').invalid('may not be specified when `value` is not empty');
  }
  for (const source of container.items('envFrom')) {
    for (const kind of ['configMapRef', 'secretRef']) if (source.get(kind).isSet) source.get(`${kind}.name`).requireText(subdomain);
  }
}

function checkMounts(container: Field, volumes: ReadonlySet<string>): void {
  const paths = new Set<string>();
  for (const mount of container.items('volumeMounts')) {
    const [name, path] = [mount.get('name'), mount.get('mountPath')];
    if (name.text === '') name.required();
    else if (!volumes.has(name.text)) name.notFound();
    if (path.text === '') path.required();
    if (paths.has(path.text)) path.invalid('must be unique');
    paths.add(path.text);
  }
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];

/** Validates a probe or lifecycle hook, which has exactly one handler. */
function checkHandler(handler: Field): void {
  if (!handler.isSet) return;
  const [kind, ...others] = handler.pickPresent(HANDLERS);
  if (kind === undefined) {
    handler.required('must specify a handler type');
    return;
  }
  const command = handler.get('exec.command');
  if (kind === 'exec' && !(Array.isArray(command.value) && command.value.length > 0)) command.required();
  for (const other of others) handler.get(other).forbidden('may not specify more than 1 handler type');
}

function checkProbe(probe: Field): void {
  checkHandler(probe);
  for (const name of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']) {
    probe.get(name).requireAtLeast(0);
  }
}

const GREATEST_ID = 2 ** 31 - 1;

function checkUsers(context: Field, names: readonly string[]): void {
  for (const name of names) {
    const id = context.get(name);
    if (id.text !== '' && (id.number < 0 || id.number > GREATEST_ID))
      id.as(id.number).invalid(`must be between 0 and ${GREATEST_ID}, inclusive`);
  }
}

function checkSecurityContext(context: Field): void {
  checkUsers(context, ['runAsUser', 'runAsGroup']);
  if (context.get('allowPrivilegeEscalation').value !== false) return;
  if (context.get('privileged').value === true) context.invalid('cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
  const added = context.get('capabilities.add').value;
  if (Array.isArray(added) && added.includes('CAP_SYS_ADMIN')) {
    context.invalid('cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN');
  }
}

function checkAffinity(affinity: Field): void {
  const nodes = affinity.get('nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution');
  if (nodes.isSet && nodes.items('nodeSelectorTerms').length === 0) {
    nodes.get('nodeSelectorTerms').required('must have at least one node selector term');
  }
  for (const term of nodes.items('nodeSelectorTerms')) checkNodeTerm(term);
  for (const preferred of affinity.items('nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution')) {
    checkWeight(preferred);
    checkNodeTerm(preferred.get('preference'));
  }
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    for (const term of affinity.items(`${kind}.requiredDuringSchedulingIgnoredDuringExecution`)) checkPodTerm(term);
    for (const preferred of affinity.items(`${kind}.preferredDuringSchedulingIgnoredDuringExecution`)) {
      checkWeight(preferred);
      checkPodTerm(preferred.get('podAffinityTerm'));
    }
  }
}

function checkWeight(term: Field): void {
  const weight = term.get('weight');
  if (weight.number < 1 || weight.number > 100) weight.invalid('must be in the range 1-100');
}

function checkNodeTerm(term: Field): void {
  for (const expression of term.items('matchExpressions')) {
    const [operator, values] = [expression.get('operator').text, expression.get('values')];
    const count = Array.isArray(values.value) ? values.value.length : 0;
    if (['In', 'NotIn'].includes(operator) && count === 0) values.required("must be specified when `operator` is 'In' or 'NotIn'");
    if (['Exists', 'DoesNotExist'].includes(operator) && count > 0) {
      values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
    if (['Gt', 'Lt'].includes(operator) && count !== 1) values.required("must be specified single value when `operator` is 'Lt' or 'Gt'");
    for (const detail of qualifiedName(expression.get('key').text)) expression.get('key').invalid(detail);
  }
}

function checkPodTerm(term: Field): void {
  checkSelector(term.get('labelSelector'));
  const topology = term.get('topologyKey');
  if (topology.text === '') topology.required('can not be empty');
  for (const detail of qualifiedName(topology.text)) topology.as(topology.text).invalid(detail);
}

function checkToleration(toleration: Field): void {
  const [key, operator, effect] = [toleration.get('key'), toleration.get('operator'), toleration.get('effect')];
  if (key.text !== '') key.check(qualifiedName);
  else if (operator.text !== 'Exists') {
    operator.as(operator.text).invalid('operator must be Exists when `key` is empty, which means "match all values and all keys"');
  }
  if (toleration.get('tolerationSeconds').text !== '' && effect.text !== 'NoExecute') {
    effect.as(effect.text).invalid("effect must be 'NoExecute' when `tolerationSeconds` is set");
  }
  const value = toleration.get('value').text;
  if (operator.text === 'Exists' && value !== '') operator.as(value).invalid("value must be empty when `operator` is 'Exists'");
}

function checkSpread(spec: Field): void {
  const seen = new Set<string>();
  for (const [index, constraint] of spec.items('topologySpreadConstraints').entries()) {
    const [topology, answer] = [constraint.get('topologyKey'), constraint.get('whenUnsatisfiable').text];
    if (topology.text === '') topology.required('can not be empty');
    const pair = `{${topology.text}, ${answer}}`;
    // The API server compares each port with the following ones.
    const isRepeated = spec
      .items('topologySpreadConstraints')
      .slice(index + 1)
      .some((other) => other.get('topologyKey').text === topology.text && other.get('whenUnsatisfiable').text === answer);
    if (isRepeated && topology.text !== '' && !seen.has(pair)) constraint.get('{topologyKey, whenUnsatisfiable}').as(pair).duplicate();
    seen.add(pair);
    checkSelector(constraint.get('labelSelector'));
  }
}
