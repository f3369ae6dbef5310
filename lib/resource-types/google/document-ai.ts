import type { ResourceType } from '../resource-type';

export const documentAi: readonly ResourceType[] = [
  {
    names: ['google_document_ai_processor'],
    what: 'a document processor',
    deletion: {
      kind: 'data',
      impact: 'its trained versions and their labelled documents',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/document_ai_processor',
    },
    price: { unpriced: 'a price for each page', isLarge: false },
  },
  {
    names: ['google_document_ai_processor_default_version', 'google_document_ai_warehouse_document_schema'],
    what: 'configuration of document processing',
    deletion: {
      kind: 'service',
      impact: 'the processing of documents',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_document_ai_warehouse_location'],
    what: 'a document warehouse',
    deletion: {
      kind: 'data',
      impact: 'its documents',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/document_ai_warehouse_location',
    },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
];
