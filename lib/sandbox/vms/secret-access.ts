import type { CloudResource } from '../cloud-resource';
import { lastPart } from '../references';
import type { Cloud } from '../type-description';

/** Checks a service account's access to a secret. @returns the error response; `undefined` if the access is allowed */
export function secretRefusal(
  cloud: Cloud,
  email: string | undefined,
  project: string,
  secret: string,
): { readonly status: 401 | 403; readonly message: string } | undefined {
  if (email === undefined) {
    return { status: 401, message: 'Request had invalid authentication credentials. Expected OAuth 2 access token.' };
  }
  const name = `projects/${cloud.projectNumber(project)}/secrets/${secret}`;
  const grants = [
    ...cloud.list('google_project_iam_member').filter((grant) => lastPart(grant.text('project')) === project),
    ...cloud.list('google_secret_manager_secret_iam_member').filter((grant) => lastPart(grant.text('secret_id')) === secret),
  ];
  const may = grants.some(
    (grant) => ROLES.includes(grant.text('role')) && grant.text('member') === `serviceAccount:${email}` && conditionHolds(grant, secret),
  );
  if (may) return undefined;
  return {
    status: 403,
    message: `Permission 'secretmanager.versions.access' denied for resource '${name}/versions/latest' (or it may not exist).`,
  };
}

const ROLES = ['roles/secretmanager.secretAccessor', 'roles/secretmanager.admin', 'roles/owner'];

/**
 * Evaluates the condition of a grant for a secret of its project: comparisons of the name, joined by "or" or "and". Unsupported expressions
 * are false.
 *
 * Numbers of projects are made up in the sandbox, so any number in a condition matches.
 */
function conditionHolds(grant: CloudResource, secret: string): boolean {
  const name = `projects/0/secrets/${secret}`;
  const expression = grant.text('condition.expression').replace(/(["']projects\/)\d+\//g, '$10/');
  if (expression === '') return true;
  return expression
    .split('||')
    .some((alternative) =>
      alternative.split('&&').every((comparison) => comparisonHolds(comparison.replace(/[()\s]+$|^[(\s]+/g, ''), name)),
    );
}

function comparisonHolds(comparison: string, name: string): boolean {
  const version = `${name}/versions/latest`;
  const [, equal] = /^resource\.name == ["']([^"']+)["']$/.exec(comparison) ?? [];
  if (equal !== undefined) return equal === name || equal === version;
  const [, call, text] = /^resource\.name\.(startsWith|endsWith)\(["']([^"']+)["']$/.exec(comparison) ?? [];
  if (call === 'startsWith') return version.startsWith(text!);
  return call === 'endsWith' && (name.endsWith(text!) || version.endsWith(text!));
}
