import type { TerraformProvider } from 'cdktf';
import type { IConstruct } from 'constructs';
import { requireMatch } from './require';
import { ValidationError } from './validation-error';

const MAX_LABELS = 64;

/** Returns the labels when their keys and values are valid in Google Cloud. Tokens are not checked. */
export function requireLabels<T extends Readonly<Record<string, string>> | undefined>(scope: IConstruct, prop: string, labels: T): T {
  const entries = Object.entries<string>(labels ?? {});
  if (entries.length > MAX_LABELS)
    throw new ValidationError(scope, `'${prop}' must have at most ${MAX_LABELS} entries, got ${entries.length}`);
  for (const [key, value] of entries) {
    if (!/^\p{Ll}[\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key)) {
      throw new ValidationError(
        scope,
        `'${prop}' must be keyed by at most 63 lower case letters, digits, '_' and '-', beginning with a letter, got '${key}'`,
      );
    }
    const rule = "at most 63 lower case letters, digits, '_' and '-'";
    requireMatch(scope, `${prop}.${key}`, value, /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u, rule);
  }
  return labels;
}

/**
 * Sets the default labels of the google provider, which it adds to each resource.
 *
 * Use it in place of the provider's argument `defaultLabels`, whose keys cdktf converts to snake case: `managed-by` would become
 * `managed_by` in Google Cloud.
 *
 * @throws ValidationError for invalid labels
 */
export function setDefaultLabels(provider: TerraformProvider, labels: Readonly<Record<string, string>>): void {
  provider.addOverride('default_labels', { ...requireLabels(provider, 'defaultLabels', labels) });
}

/** Returns the labels when none has a key that the construct or the platform sets, which would be lost or change its selectors. */
export function requireNoOwnLabels<T extends Readonly<Record<string, string>> | undefined>(
  scope: IConstruct,
  prop: string,
  labels: T,
  own: RegExp,
): T {
  const key = Object.keys(labels ?? {}).find((each) => own.test(each));
  if (key !== undefined) throw new ValidationError(scope, `'${prop}' must not have labels that are set for you, got '${key}'`);
  return labels;
}

/** Form of the names of labels and annotations in Kubernetes. */
export const KUBERNETES_KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

/** Returns the labels when their keys and values are valid in Kubernetes. Tokens are not checked. */
export function requireKubernetesLabels<T extends Readonly<Record<string, string>> | undefined>(
  scope: IConstruct,
  prop: string,
  labels: T,
): T {
  for (const [key, value] of Object.entries<string>(labels ?? {})) {
    if (!KUBERNETES_KEY.test(key)) {
      throw new ValidationError(scope, `'${prop}' must be keyed by Kubernetes label names such as example.com/team, got '${key}'`);
    }
    const rule = "at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit";
    requireMatch(scope, `${prop}.${key}`, value, /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/, rule);
  }
  return labels;
}
