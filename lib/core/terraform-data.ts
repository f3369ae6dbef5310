import { TerraformResource, type TerraformResourceLifecycle } from 'cdktf';
import type { Construct } from 'constructs';

/**
 * Terraform's own `terraform_data`: remembers a value in the state.
 *
 * In place of cdktf's `DataResource`, every one of which runs `terraform version` at synth: eight of them are half a
 * second, and without Terraform nothing would synthesize.
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

  /** A member of what is remembered, as a reference. */
  public output(member: string): string {
    return this.getStringAttribute(`output.${member}`);
  }

  protected override synthesizeAttributes() {
    return { input: this.input };
  }
}
