import type { ResourceType } from '../resource-type';

export const healthcare: readonly ResourceType[] = [
  {
    names: ['google_healthcare_dataset'],
    what: 'a healthcare dataset',
    deletion: {
      kind: 'data',
      impact: 'all of its FHIR, DICOM, HL7v2 and consent stores',
      recovery: 'an export',
      source: 'https://cloud.google.com/healthcare-api/docs/how-tos/datasets#deleting_a_dataset',
    },
    price: { free: 'its stores are paid' },
  },
  {
    names: [
      'google_healthcare_fhir_store',
      'google_healthcare_dicom_store',
      'google_healthcare_hl7_v2_store',
      'google_healthcare_consent_store',
    ],
    what: 'a healthcare store',
    deletion: {
      kind: 'data',
      impact: 'all of its resources, images, messages or consents',
      recovery: 'an export',
      source: 'https://cloud.google.com/healthcare-api/docs/how-tos/fhir-export',
    },
    price: { unpriced: 'storage and requests by their number', isLarge: false },
  },
  {
    names: ['google_healthcare_pipeline_job', 'google_healthcare_workspace'],
    what: 'a pipeline of healthcare data',
    deletion: {
      kind: 'service',
      impact: 'the processing of records',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'data by its size', isLarge: false },
  },
];
