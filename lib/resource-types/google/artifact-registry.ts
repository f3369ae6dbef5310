import type { ResourceType } from '../resource-type';

export const artifactRegistry: readonly ResourceType[] = [
  {
    names: ['google_artifact_registry_repository'],
    what: 'an artifact repository',
    deletion: {
      kind: 'data',
      impact: 'all of its images and packages: pods that have to pull them do not start',
      recovery: 'images and packages that are built and pushed again',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/artifact_registry_repository',
    },
  },
];
