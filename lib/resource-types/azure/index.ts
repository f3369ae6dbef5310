import type { ResourceType } from '../resource-type';
import { resourceGroup } from './resource-group';

/** Known types of the azurerm provider, by family. The arguments of its other types show whether they hold data. */
export const AZURE_TYPES: readonly ResourceType[] = [...resourceGroup];
