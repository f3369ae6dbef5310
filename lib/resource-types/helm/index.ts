import type { ResourceType } from '../resource-type';
import { release } from './release';

/** Known types of the helm provider, by family. */
export const HELM_TYPES: readonly ResourceType[] = [...release];
