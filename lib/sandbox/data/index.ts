import type { DataDescription } from '../type-description';
import { google } from './google';

/** Described data sources. Others return the resource of the same type and name, if it exists. */
export const DATA_DESCRIPTIONS: readonly DataDescription[] = [...google];
