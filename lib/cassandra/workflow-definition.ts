/** JSON value of a definition. A text of the form `${...}` is an expression of Workflows. */
export type WorkflowValue =
  | string
  | number
  | boolean
  | null
  | readonly WorkflowValue[]
  | { readonly [name: string]: WorkflowValue | undefined };

/** Steps that run one after the other. Each is an object with one member: the step by its name. */
export type WorkflowSteps = readonly Readonly<Record<string, WorkflowStep>>[];

/** Step of a workflow. `next` is the name of a step of the same list, `continue` or `end`. */
export type WorkflowStep =
  | { readonly assign: readonly Readonly<Record<string, WorkflowValue>>[]; readonly next?: string }
  | WorkflowCall
  | { readonly switch: readonly WorkflowCondition[]; readonly next?: string }
  | { readonly for: WorkflowLoop }
  | { readonly parallel: { readonly shared: readonly string[]; readonly for: WorkflowLoop } }
  | WorkflowTry
  | { readonly return: WorkflowValue }
  | { readonly raise: WorkflowValue };

/** Call of a function of the standard library or of a subworkflow. */
export interface WorkflowCall {
  readonly call: string;
  readonly args?: Readonly<Record<string, WorkflowValue>>;

  /** Variable for the result. */
  readonly result?: string;
  readonly next?: string;
}

/** Case of a switch. The first one whose condition is true applies. */
export interface WorkflowCondition {
  readonly condition: string;
  readonly next?: string;
  readonly steps?: WorkflowSteps;
  readonly return?: WorkflowValue;
}

export interface WorkflowLoop {
  /** Variable of the item. */
  readonly value: string;

  /** Expression of a list. */
  readonly in: string;
  readonly steps: WorkflowSteps;
}

export interface WorkflowTry {
  readonly try: WorkflowCall | { readonly steps: WorkflowSteps };

  /** Retry policy as an expression, for example `${http.default_retry}`. */
  readonly retry?: string;
  readonly except?: { readonly as: string; readonly steps: WorkflowSteps };
}

/** Workflow that is called by its name, with named arguments. */
export interface WorkflowBlock {
  readonly params?: readonly string[];
  readonly steps: WorkflowSteps;
}

/**
 * Definition of a workflow, in the syntax of Workflows: its JSON is the source.
 *
 * @see https://cloud.google.com/workflows/docs/reference/syntax
 */
export interface WorkflowDefinition {
  readonly main: WorkflowBlock;
  readonly [subworkflow: string]: WorkflowBlock;
}
