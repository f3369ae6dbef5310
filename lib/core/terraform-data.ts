import { TerraformResource, type TerraformResourceLifecycle } from 'cdktf';
import type { Construct } from 'constructs';

/**
 * Resource `terraform_data`, which stores values in the state.
 *
 * It replaces `DataResource` of cdktf, each of which runs `terraform version` at synth: eight of them take half a second, and
 * synth would need Terraform.
 */
export class TerraformData extends TerraformResource {
  private readonly input: Readonly<Record<string, string>>;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly input: Readonly<Record<string, string>>; readonly lifecycle?: TerraformResourceLifecycle },
  ) {
    super(scope, id, { terraformResourceType: 'terraform_data', lifecycle: props.lifecycle });
    this.input = props.input;
  }

  /** Returns a reference to a stored value. */
  public output(member: string): string {
    return this.getStringAttribute(`output.${member}`);
  }

  protected override synthesizeAttributes() {
    return { input: this.input };
  }
}
