import { TerraformDataSource, TerraformProvider, TerraformResource, type TerraformStack } from 'cdktf';

/**
 * Fails synth when the stack could not be planned before its cluster exists.
 *
 * A stack with a cluster and its workloads can be planned as a whole before the first deploy, because typed Kubernetes resources and
 * Helm releases plan with an unknown host. Resources that query the API server during planning would prevent that, and so would a second
 * provider of one type without an alias.
 *
 * @see https://github.com/hashicorp/terraform-provider-kubernetes/issues/1367 kubernetes_manifest at plan time
 * @see https://github.com/hashicorp/terraform-cdk/issues/1349 providers without an alias
 */
export function requirePlannableAtOnce(stack: TerraformStack): void {
  stack.node.addValidation({
    validate: () => {
      const errors: string[] = [];
      const unaliased = new Map<string, string>();
      for (const node of stack.node.findAll()) {
        const path = node.node.path;
        if (TerraformResource.isTerraformResource(node) && node.terraformResourceType === 'kubernetes_manifest') {
          errors.push(
            `kubernetes_manifest queries the cluster during planning, use a typed kubernetes resource or a small chart instead (at ${path})`,
          );
        }
        if (TerraformDataSource.isTerraformDataSource(node) && node.terraformResourceType.startsWith('kubernetes_')) {
          errors.push(
            `data source ${node.terraformResourceType} queries the cluster during planning, pass the value or the construct instead (at ${path})`,
          );
        }
        if (TerraformProvider.isTerraformProvider(node) && node.alias === undefined) {
          const first = unaliased.get(node.terraformResourceType);
          if (first === undefined) unaliased.set(node.terraformResourceType, path);
          else
            errors.push(
              `provider ${node.terraformResourceType} is defined twice without an alias, first at ${first}, give the second an alias (at ${path})`,
            );
        }
      }
      return errors;
    },
  });
}
