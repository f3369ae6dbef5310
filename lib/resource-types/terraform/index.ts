import type { ResourceType } from '../resource-type';
import { builtIn } from './built-in';

/** Known types of the providers terraform, random, null and time, by family. */
export const TERRAFORM_TYPES: readonly ResourceType[] = [...builtIn];
