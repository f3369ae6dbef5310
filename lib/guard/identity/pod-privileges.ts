import type { ResourceChange } from '../../terraform/plan';
import { blocksAt, booleanAt, hasBlock, known, textAt, textsAt, valueAt } from '../../terraform/values';
import { joinNames } from '../words';
import { type Widening, warn } from './widening';

/** Control over nodes that a change gives to the pods of a workload. */
export function findPodPrivileges({ type, before, after }: ResourceChange): readonly Widening[] {
  if (!type.startsWith('kubernetes_')) return [];
  const had = readPrivileges(readSpec(before));
  const added = readPrivileges(readSpec(after)).filter((privilege) => !had.includes(privilege));
  return added.length === 0 ? [] : [warn(`its pods get ${joinNames(added)}`)];
}

/** Paths of the specification of pods: of a workload, of a cron job, and of a pod itself. */
const SPEC_PATHS: readonly (readonly string[])[] = [
  ['spec', 'template', 'spec'],
  ['spec', 'job_template', 'spec', 'template', 'spec'],
  ['spec'],
];

function readSpec(state: unknown): unknown {
  return SPEC_PATHS.map((path) => valueAt(state, ...path)).find((spec) => hasBlock(spec, 'container'));
}

const HOST: Readonly<Record<string, string>> = {
  host_network: 'the network of their nodes',
  host_pid: 'the processes of their nodes',
  host_ipc: 'the shared memory of their nodes',
};

const DANGEROUS_CAPABILITIES = /^(all|sys_admin|net_admin|sys_ptrace|sys_module|dac_read_search|bpf)$/i;

function readPrivileges(spec: unknown): readonly string[] {
  const containers = known(['container', 'init_container'].flatMap((name) => blocksAt(spec, name)));
  const capabilities = containers.flatMap((container) => known(textsAt(container, 'security_context', 'capabilities', 'add')));
  return [
    ...Object.keys(HOST)
      .filter((name) => known(booleanAt(spec, name)) === true)
      .map((name) => HOST[name]!),
    ...(containers.some((container) => known(booleanAt(container, 'security_context', 'privileged')) === true)
      ? ['all privileges on their nodes (privileged)']
      : []),
    ...capabilities.filter((name) => DANGEROUS_CAPABILITIES.test(name)).map((name) => `the capability ${name}`),
    ...known(blocksAt(spec, 'volume'))
      .filter((volume) => hasBlock(volume, 'host_path'))
      .map((volume) => `the path ${known(textAt(volume, 'host_path', 'path')) ?? '/'} of their nodes`),
  ];
}
