import { isUndetermined } from '../../terraform/values';
import { wrong } from '../look';
import { forEachContainer } from '../pods';
import type { PolicyRule } from '../rule';

/** The image of a container is a fixed one. */
export const containerImageTag: PolicyRule = {
  id: 'container-image-tag',
  severity: 'warning',
  title: 'The image of a container is a fixed one',
  why: 'latest is another one tomorrow, and a rollback brings it back',
  remediation: 'name a version or a digest',
  sources: ['CKV_K8S_14'],
  check: forEachContainer(({ image }) => {
    const isFixed = isUndetermined(image) || /@sha256:|:(?!latest$)[\w.-]+$/.test(String(image));
    return isFixed ? [] : [wrong('image', 'name a version', image)];
  }),
};
