import { type ITerraformDependable, Lazy, type TerraformResource } from 'cdktf';

/**
 * Makes a resource wait for others that may be declared after it, as `depends_on`.
 *
 * Order by passing attributes where there is an attribute to pass: this is for what has none, such as "after every
 * node pool". What is waited for is asked at synth.
 */
export function orderAfter(resource: TerraformResource, dependables: () => readonly ITerraformDependable[]): void {
  const own = resource.dependsOn ?? [];
  resource.dependsOn = Lazy.listValue(
    {
      produce: (context) => {
        const all: string[] = [...context.resolve(own), ...context.resolve(dependables().map((dependable) => dependable.fqn))];
        // An address, not an expression: Terraform takes nothing else here.
        return [...new Set(all.map((address) => address.replace(/^\$\{(.*)\}$/, '$1')))].sort();
      },
    },
    { omitEmpty: true },
  );
}
