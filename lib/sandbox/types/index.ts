import type { TypeDescription } from '../type-description';
import { compute } from './compute';
import { kubernetes } from './kubernetes';

/** Every resource type that is described: one list a service. */
export const TYPE_DESCRIPTIONS: readonly TypeDescription[] = [...compute, ...kubernetes];
