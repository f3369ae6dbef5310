/** Output of `terraform show -json <plan>`, format 1.x, as far as it is used. */
export interface PlanJson {
  readonly format_version: string;
  readonly terraform_version?: string;
  readonly variables?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly planned_values?: ValuesJson;
  readonly prior_state?: { readonly values?: ValuesJson };
  readonly resource_changes?: readonly ResourceChangeJson[];
  readonly resource_drift?: readonly ResourceChangeJson[];
  readonly deferred_changes?: readonly { readonly reason?: string; readonly resource_change?: ResourceChangeJson }[];
  readonly output_changes?: Readonly<Record<string, ChangeJson>>;

  /** Actions that the apply invokes, from Terraform 1.14 on. */
  readonly action_invocations?: readonly ActionInvocationJson[];
  readonly deferred_action_invocations?: readonly { readonly reason?: string; readonly action_invocation?: ActionInvocationJson }[];
  readonly configuration?: ConfigurationJson;
  readonly checks?: readonly CheckJson[];
  readonly timestamp?: string;
  readonly applyable?: boolean;
  readonly complete?: boolean;
  readonly errored?: boolean;
}

/** Entry of `resource_changes` or `resource_drift`. */
export interface ResourceChangeJson {
  readonly address: string;
  readonly previous_address?: string;
  readonly module_address?: string;
  readonly mode?: string;
  readonly type: string;
  readonly name: string;
  readonly index?: string | number;
  readonly provider_name?: string;
  readonly deposed?: string;
  readonly change: ChangeJson;
  readonly action_reason?: string;
}

export interface ActionInvocationJson {
  readonly address?: string;
  readonly lifecycle_action_trigger?: { readonly triggering_resource_address?: string; readonly action_trigger_event?: string };
}

/** Change of the value of a resource or of an output. */
export interface ChangeJson {
  readonly actions: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;

  /** `true` in place of unknown values. Known properties are omitted, but lists keep their positions. */
  readonly after_unknown?: unknown;

  /** `true` in place of sensitive values, including nested ones. */
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  readonly replace_paths?: readonly (readonly (string | number)[])[];
  readonly importing?: { readonly id?: string; readonly unknown?: boolean; readonly identity?: unknown };

  /** Identity of the object, from Terraform 1.12 on, for providers that have one. */
  readonly before_identity?: unknown;
  readonly after_identity?: unknown;
}

/** Values of resources, by module. */
export interface ValuesJson {
  readonly outputs?: Readonly<Record<string, { readonly sensitive?: boolean; readonly value?: unknown }>>;
  readonly root_module?: ModuleValuesJson;
}

export interface ModuleValuesJson {
  readonly address?: string;
  readonly resources?: readonly {
    readonly address: string;
    readonly mode?: string;
    readonly type: string;
    readonly name: string;
    readonly index?: string | number;
    readonly provider_name?: string;
    readonly values?: unknown;
    readonly sensitive_values?: unknown;
  }[];
  readonly child_modules?: readonly ModuleValuesJson[];
}

/** Configuration, with expressions instead of values. */
export interface ConfigurationJson {
  readonly provider_config?: Readonly<
    Record<string, { readonly name?: string; readonly full_name?: string; readonly expressions?: unknown }>
  >;
  readonly root_module?: ModuleJson;
}

export interface ModuleJson {
  readonly outputs?: Readonly<Record<string, { readonly sensitive?: boolean; readonly expression?: unknown }>>;
  readonly variables?: Readonly<Record<string, { readonly sensitive?: boolean; readonly default?: unknown }>>;
  readonly resources?: readonly ConfiguredResourceJson[];
  readonly module_calls?: Readonly<Record<string, { readonly expressions?: unknown; readonly module?: ModuleJson }>>;
}

export interface ConfiguredResourceJson {
  /** Address within its module, without an index. */
  readonly address: string;
  readonly mode?: string;
  readonly type?: string;
  readonly name?: string;
  readonly provider_config_key?: string;

  /** Expressions in the shape of the arguments. Leaves are `{ constant_value }` or `{ references }`. */
  readonly expressions?: unknown;
  readonly count_expression?: unknown;
  readonly for_each_expression?: unknown;
  readonly depends_on?: readonly string[];

  /** Provisioners. A plan does not show whether they run at the creation or at the deletion. */
  readonly provisioners?: unknown;
}

export interface CheckJson {
  readonly address?: { readonly to_display?: string; readonly kind?: string };
  readonly status?: string;
  readonly instances?: readonly {
    readonly address?: { readonly to_display?: string };
    readonly status?: string;
    readonly problems?: readonly { readonly message?: string }[];
  }[];
}
