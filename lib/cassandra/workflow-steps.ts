import type { WorkflowCall, WorkflowSteps, WorkflowTry } from './workflow-definition';

/** Authentication of requests to Google's APIs, as the account of the workflow. */
export const AUTH = { type: 'OAuth2' };

/** Requests that are safe to repeat: after 429, 502, 503, 504 and lost connections. */
const RETRY = ex`http.default_retry`;

/** Expression of Workflows. */
export function ex(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return `\${${String.raw({ raw: parts }, ...values)}}`;
}

export function call(name: string, args: WorkflowCall['args'], result?: string): WorkflowCall {
  return { call: name, args, result };
}

export function retried(request: WorkflowCall): WorkflowTry {
  return { try: request, retry: RETRY };
}

export function attempt(steps: WorkflowSteps, onFailure: WorkflowSteps): WorkflowTry {
  return { try: { steps }, except: { as: 'e', steps: onFailure } };
}

/** Adds a problem with the cause of the error `e`. @param node expression of the node or snapshot */
export function problem(node: string, reason: string): WorkflowSteps {
  return [
    {
      [`keep_${reason.replaceAll('-', '_')}`]: {
        assign: [{ problem: { node, reason, cause: ex`json.encode_to_string(e)` } }, { problems: ex`list.concat(problems, problem)` }],
      },
    },
  ];
}

export function raise(reason: string, cause: string): WorkflowSteps {
  return [{ [`fail_${reason.replaceAll('-', '_')}`]: { raise: { reason, cause } } }];
}
