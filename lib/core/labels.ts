import { type TerraformProvider, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { ValidationError } from './validation-error';

const MAX_LABELS = 64;

/** Returns the labels when Google Cloud takes their keys and values; a token is trusted. */
export function requireLabels<T extends Readonly<Record<string, string>> | undefined>(scope: IConstruct, prop: string, labels: T): T {
  const entries = Object.entries<string>(labels ?? {});
  if (entries.length > MAX_LABELS) throw new ValidationError(scope, `'${prop}' must be at most ${MAX_LABELS}, got ${entries.length}`);
  for (const [key, value] of entries) {
    if (!/^\p{Ll}[\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key)) {
      throw new ValidationError(
        scope,
        `'${prop}' must be keyed by at most 63 lower case letters, digits, '_' and '-', beginning with a letter, got '${key}'`,
      );
    }
    if (!Token.isUnresolved(value) && !/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value)) {
      throw new ValidationError(scope, `'${prop}.${key}' must be at most 63 lower case letters, digits, '_' and '-', got '${value}'`);
    }
  }
  return labels;
}

/**
 * Sets the labels that the google provider gives every resource.
 *
 * The provider's own `defaultLabels` argument changes the keys: cdktf converts those of every provider block to snake
 * case, so that `managed-by` reaches Google Cloud as `managed_by`. An override is written as it is.
 */
export function setDefaultLabels(provider: TerraformProvider, labels: Readonly<Record<string, string>>): void {
  provider.addOverride('default_labels', { ...requireLabels(provider, 'defaultLabels', labels) });
}

/** Returns the labels when Kubernetes takes their keys and values; a token is trusted. */
export function requireKubernetesLabels<T extends Readonly<Record<string, string>> | undefined>(
  scope: IConstruct,
  prop: string,
  labels: T,
): T {
  for (const [key, value] of Object.entries<string>(labels ?? {})) {
    if (!/^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/.test(key)) {
      throw new ValidationError(scope, `'${prop}' must be keyed by Kubernetes label names such as example.com/team, got '${key}'`);
    }
    if (!Token.isUnresolved(value) && !/^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/.test(value)) {
      throw new ValidationError(
        scope,
        `'${prop}.${key}' must be at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, got '${value}'`,
      );
    }
  }
  return labels;
}
