import type { ResourceChange } from '../../terraform/plan';
import { known, textAt } from '../../terraform/values';
import { lastSegment } from '../words';
import { type Widening, warn } from './widening';

/** Types of long-lived credentials, with the argument that names whose they are. */
const CREDENTIAL_TYPES: Readonly<Record<string, string>> = {
  google_service_account_key: 'service_account_id',
  google_storage_hmac_key: 'service_account_email',
  aws_iam_access_key: 'user',
  azuread_application_password: 'application_id',
  azuread_service_principal_password: 'service_principal_id',
};

/** Credentials that a change creates, which are valid until they are deleted. */
export function findCredentials({ type, before, after }: ResourceChange): readonly Widening[] {
  const argument = CREDENTIAL_TYPES[type];
  if (argument === undefined || before !== null || after === null) return [];
  return [warn(`a key of ${lastSegment(known(textAt(after, argument))) ?? 'an account'} is created, which is valid until it is deleted`)];
}
