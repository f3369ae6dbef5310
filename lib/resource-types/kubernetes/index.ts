import type { ResourceType } from '../resource-type';
import { admission } from './admission';
import { configuration } from './configuration';
import { customResourceDefinition } from './custom-resource-definition';
import { databaseOperator } from './database-operator';
import { deployer } from './deployer';
import { limits } from './limits';
import { namespace } from './namespace';
import { networkPolicy } from './network-policy';
import { persistentVolume } from './persistent-volume';
import { persistentVolumeClaim } from './persistent-volume-claim';
import { rbac } from './rbac';
import { service } from './service';
import { statefulSet } from './stateful-set';
import { storageClass } from './storage-class';
import { workload } from './workload';

/** Known types of the kubernetes provider, by family. */
export const KUBERNETES_TYPES: readonly ResourceType[] = [
  ...admission,
  ...configuration,
  ...customResourceDefinition,
  ...databaseOperator,
  ...deployer,
  ...limits,
  ...namespace,
  ...networkPolicy,
  ...persistentVolume,
  ...persistentVolumeClaim,
  ...rbac,
  ...service,
  ...statefulSet,
  ...storageClass,
  ...workload,
];
