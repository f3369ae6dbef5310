import { App } from 'cdktf';

import { production, staging } from '../../../environments';
import type { Values } from '../../../lib/sandbox/values';
import { EnvironmentStack } from '../../../stacks/environment-stack';
import { written } from '../../support/written';
import { TypeBench } from '../types/type-bench';

type Resources = Readonly<Record<string, Readonly<Record<string, Values>>>>;

/** Types in the order in which objects need each other. */
const ORDER = [
  'kubernetes_namespace_v1',
  'kubernetes_priority_class_v1',
  'kubernetes_limit_range_v1',
  'kubernetes_resource_quota_v1',
  'kubernetes_service_account_v1',
];

describe.each([staging, production])('$name', ({ name, ...values }) => {
  const resources = written(new EnvironmentStack(new App(), name, values)).resource as Resources;
  const types = Object.keys(resources).filter((type) => type.startsWith('kubernetes_'));
  const ordered = [...ORDER.filter((type) => types.includes(type)), ...types.filter((type) => !ORDER.includes(type))];
  const configurations = ordered.flatMap((type) =>
    Object.values(resources[type]!).map((configuration) => [type, resolved(configuration, resources)] as const),
  );

  test('has its Kubernetes objects and their pods admitted', () => {
    const bench = new TypeBench();
    for (const [type, configuration] of configurations) expect(() => bench.create(type, configuration)).not.toThrow();
    expect(bench.cloud.list('kubernetes_deployment_v1').length).toBeGreaterThan(0);
  });

  test('has room in its quotas for new versions of all deployments', () => {
    const bench = new TypeBench();
    const created = configurations.map(([type, configuration]) => [bench.create(type, configuration), configuration] as const);
    for (const [resource, configuration] of created.filter(([{ type }]) => type === 'kubernetes_deployment_v1')) {
      const next = JSON.parse(JSON.stringify(configuration).replaceAll(/"image":"[^"]*"/g, '"image":"next:2"'));
      expect(bench.update(resource, next).text('spec.template.spec.container.image')).toBe('next:2');
    }
  });
});

/** A configuration in which references to names are replaced by the names. */
function resolved(configuration: Values, resources: Resources): Values {
  const text = JSON.stringify(configuration).replace(
    /\$\{(kubernetes_\w+)\.(\w+)\.metadata\[0\]\.name\}/g,
    (_, type: string, name: string) => (resources[type]![name]!.metadata as { name: string }).name,
  );
  return JSON.parse(text);
}
