import { isUndetermined } from '../../terraform/values';
import { forEachContainer } from '../pods';
import { describeViolation } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Container images have a fixed version. */
export const containerImageTag: PolicyRule = {
  id: 'container-image-tag',
  severity: 'warning',
  title: 'Container images have a fixed version',
  why: 'the latest tag changes, and a rollback pulls the same image',
  remediation: 'set a version or a digest',
  sources: ['CKV_K8S_14'],
  check: forEachContainer(({ image }) => {
    const isFixed = isUndetermined(image) || /@sha256:|:(?!latest$)[\w.-]+$/.test(String(image));
    return isFixed ? [] : [describeViolation('image', 'name a version', image)];
  }),
};
