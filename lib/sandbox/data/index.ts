import type { DataDescription } from '../type-description';
import { google } from './google';

/** Every data source that is described. Others show the resource of the same type and name, as far as there is one. */
export const DATA_DESCRIPTIONS: readonly DataDescription[] = [...google];
