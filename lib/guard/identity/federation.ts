import { holdsUnknown, type ResourceChange } from '../../terraform/plan';
import { booleanAt, isSameValue, known, listAt, textAt, textsAt, valueAt } from '../../terraform/values';
import { refuse, type Widening, warn } from './widening';

const PROVIDER_TYPES = ['google_iam_workload_identity_pool_provider', 'google_iam_workforce_pool_provider'];
const POOL_TYPES = ['google_iam_workload_identity_pool', 'google_iam_workforce_pool'];

/** Issuers that sign tokens for all of their customers. */
const SHARED_ISSUER =
  /^https:\/\/(token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|app\.harness\.io|agent\.buildkite\.com|oidc\.circleci\.com|accounts\.google\.com|api\.bitbucket\.org|[\w.-]*\.vercel\.com)\b/;

/** Arguments that identify the system whose identities are accepted. */
const ISSUER_PATHS: readonly (readonly string[])[] = [
  ['oidc', 'issuer_uri'],
  ['oidc', 'jwks_json'],
  ['oidc', 'client_id'],
  ['aws', 'account_id'],
  ['saml', 'idp_metadata_xml'],
  ['x509', 'trust_store'],
];

/** Identities of other systems that a change lets in. */
export function findFederationWidenings(change: ResourceChange): readonly Widening[] {
  if (POOL_TYPES.includes(change.type)) return findEnabled(change);
  return PROVIDER_TYPES.includes(change.type) ? [...findCondition(change), ...findOthers(change), ...findEnabled(change)] : [];
}

function findCondition({ type, before, after, afterUnknown }: ResourceChange): readonly Widening[] {
  const condition = 'attribute_condition';
  const [was, is] = [known(textAt(before, condition))?.trim(), known(textAt(after, condition))?.trim()];
  if (valueAt(afterUnknown, condition) === true) return [warn('the attribute condition is known after apply')];
  if (was !== undefined && is === undefined)
    return [refuse('the attribute condition is taken off, so every identity of the issuer is accepted')];
  if (was !== undefined && was !== is) return [warn('the attribute condition changes')];
  if (before !== null || is !== undefined || type === 'google_iam_workforce_pool_provider') return [];
  const issuer = known(textAt(after, 'oidc', 'issuer_uri')) ?? '';
  const words = 'there is no attribute condition, so every identity of the issuer is accepted';
  return [SHARED_ISSUER.test(issuer) ? refuse(words) : warn(words)];
}

function findOthers({ before, after, afterUnknown }: ResourceChange): readonly Widening[] {
  if (before === null) return [];
  const issuer = ISSUER_PATHS.filter((path) => valueAt(before, ...path) !== undefined || valueAt(after, ...path) !== undefined).filter(
    (path) => !isSameValue(valueAt(before, ...path), valueAt(after, ...path)) || holdsUnknown(valueAt(afterUnknown, ...path)),
  );
  const audiences = (state: unknown): readonly string[] => known(textsAt(state, 'oidc', 'allowed_audiences'));
  const added = audiences(after).filter((audience) => !audiences(before).includes(audience));
  return [
    ...(issuer.length > 0 ? [refuse(`identities of another issuer are accepted (${issuer[0]!.join('.')})`)] : []),
    ...(isSameValue(valueAt(before, 'attribute_mapping'), valueAt(after, 'attribute_mapping'))
      ? []
      : [warn('the attribute mapping changes, so grants may be for other identities')]),
    ...(audiences(before).length > 0 && added.length > 0 ? [warn('tokens for other audiences are accepted')] : []),
    ...(listAt(before, 'oidc', 'allowed_audiences').length > 0 && listAt(after, 'oidc', 'allowed_audiences').length === 0
      ? [warn('tokens for the default audience are accepted')]
      : []),
  ];
}

function findEnabled({ before, after }: ResourceChange): readonly Widening[] {
  const isOff = (state: unknown): boolean => known(booleanAt(state, 'disabled')) === true;
  return before !== null && isOff(before) && !isOff(after) ? [warn('it is enabled again')] : [];
}
