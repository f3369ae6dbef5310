import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { terraformBinary } from '../lib/terraform/cli';
import type { Plan } from './compare-plans';
import type { ProviderSchemas } from './compare-schemas';
import type { ProviderVersions, RequiredProviders } from './newer-plugins';

/** Plan of a stack by installed provider plugins. */
export interface RealPlan {
  readonly plan: Plan;
  readonly schemas: ProviderSchemas;

  /** Warnings of `terraform validate`, such as deprecated arguments. */
  readonly warnings: readonly string[];
}

/** Result of a Terraform command. */
interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Terraform with the installed provider plugins, in a copy of a synthesized stack with a local backend. */
export class RealProviders {
  private readonly environment: NodeJS.ProcessEnv;

  /**
   * @param configuration folder of the synthesized stack
   * @param folder folder to copy it to
   * @param versions versions to use in place of those that the stack requires
   */
  constructor(
    private readonly configuration: string,
    private readonly folder: string,
    private readonly versions: ProviderVersions = {},
  ) {
    cpSync(configuration, folder, { recursive: true });
    const required_providers = Object.fromEntries(
      Object.entries(versions).map(([name, version]) => [name, { source: requiredProviders(configuration)[name]!.source, version }]),
    );
    writeFileSync(join(folder, 'test_override.tf.json'), JSON.stringify({ terraform: { backend: { local: {} }, required_providers } }));
    const { TF_REATTACH_PROVIDERS, TF_CLI_CONFIG_FILE, ...inherited } = process.env;
    this.environment = {
      ...inherited,
      ...(TF_CLI_CONFIG_FILE && existsSync(TF_CLI_CONFIG_FILE) ? { TF_CLI_CONFIG_FILE } : {}),
      CHECKPOINT_DISABLE: '1',
      GOOGLE_OAUTH_ACCESS_TOKEN: 'none: a plan calls no API',
    };
  }

  /** Runs `terraform init`, which finds the plugins. */
  public init(): Ended {
    return this.run(['init', '-input=false', '-no-color']);
  }

  /**
   * Validates and plans.
   *
   * @throws Error with Terraform's messages
   */
  public plan(): RealPlan {
    const { valid, diagnostics } = JSON.parse(this.run(['validate', '-json']).output) as Validation;
    if (!valid) throw new Error(`it is not valid for ${this}:\n${textsOf(diagnostics, 'error').join('\n')}`);
    const planning = this.run(['plan', '-input=false', '-no-color', '-out=plan.tfplan']);
    if (planning.status !== 0) throw new Error(`it is not planned by ${this}:\n${planning.output}`);
    return {
      plan: JSON.parse(this.run(['show', '-json', 'plan.tfplan']).output),
      schemas: JSON.parse(this.run(['providers', 'schema', '-json']).output),
      warnings: textsOf(diagnostics, 'warning'),
    };
  }

  /** Formats the versions of the plugins, for example `google 6.50.0, helm 3.1.1`. */
  public toString(): string {
    return Object.entries(requiredProviders(this.configuration))
      .map(([name, { version }]) => `${name} ${this.versions[name] ?? version}`)
      .sort()
      .join(', ');
  }

  private run(args: readonly string[]): Ended {
    const { status, stdout, stderr } = spawnSync(terraformBinary(), args, {
      cwd: this.folder,
      env: this.environment,
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    return { status, output: status === 0 || args.includes('-json') ? stdout : `${stdout ?? ''}${stderr ?? ''}` };
  }
}

/** Reads the provider plugins that a synthesized stack requires. */
export function requiredProviders(configuration: string): RequiredProviders {
  return JSON.parse(readFileSync(join(configuration, 'cdk.tf.json'), 'utf8')).terraform.required_providers;
}

/** Result of `terraform validate -json`, as far as it is read here. */
interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail?: string;
  readonly snippet?: { readonly context?: string | null };
}

function textsOf(diagnostics: readonly Diagnostic[], severity: Diagnostic['severity']): string[] {
  const some = diagnostics.filter((diagnostic) => diagnostic.severity === severity);
  return some.map(({ summary, detail, snippet }) => [snippet?.context, summary, detail].filter(Boolean).join(': '));
}
