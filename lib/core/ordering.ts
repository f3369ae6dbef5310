import { type ITerraformDependable, Lazy, type TerraformResource } from 'cdktf';

/**
 * Adds `depends_on` to a resource, for dependencies that may be declared later. They are resolved at synth.
 *
 * Prefer to pass an attribute, which orders resources implicitly. This is for dependencies without one, such as all node pools.
 */
export function orderAfter(resource: TerraformResource, dependables: () => readonly ITerraformDependable[]): void {
  const own = resource.dependsOn ?? [];
  resource.dependsOn = Lazy.listValue(
    {
      produce: (context) => {
        const all: string[] = [...context.resolve(own), ...context.resolve(dependables().map((dependable) => dependable.fqn))];
        // Terraform requires addresses here, not expressions.
        return [...new Set(all.map((address) => address.replace(/^\$\{(.*)\}$/, '$1')))].sort();
      },
    },
    { omitEmpty: true },
  );
}
