import { typesWithOriginalData } from '../../resource-types';
import { forEach, mustBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Types whose data is deleted with them. */
export const PREVENTED_TYPES = typesWithOriginalData();

/** Resources with data have prevent_destroy. Not of a plan, which does not show lifecycles. */
export const dataPreventDestroy: PolicyRule = {
  id: 'data-prevent-destroy',
  severity: 'error',
  title: 'Resources with data have prevent_destroy',
  why: 'renaming a construct would otherwise delete its data',
  remediation: 'set lifecycle.prevent_destroy, as deletionProtection of this library does',
  sources: ['CKV_GCP_82'],
  check: forEach(PREVENTED_TYPES, mustBe('lifecycle.prevent_destroy', true)),
};
