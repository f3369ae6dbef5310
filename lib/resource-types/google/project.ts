import type { ResourceType } from '../resource-type';
import { compareTarget } from '../running';

export const project: readonly ResourceType[] = [
  {
    names: ['google_project'],
    what: 'a project',
    deletion: {
      kind: 'data',
      impact: 'everything in it: every disk, cluster, bucket, backup and key',
      recovery: 'the project, within 30 days, by restoring it manually; some services lose data earlier',
      source: 'https://cloud.google.com/resource-manager/docs/creating-managing-projects#shutting_down_projects',
    },
    running: [
      {
        path: ['billing_account'],
        safe: { set: true },
        stops: 'it loses its billing account: everything in it that costs money stops, and may be deleted',
        severity: 'refuse',
      },
      { path: ['folder_id'], safe: compareTarget('it moves: grants and policies of its folder no longer apply'), stops: 'its folder' },
      {
        path: ['org_id'],
        safe: compareTarget('it moves: grants and policies of its organization no longer apply'),
        stops: 'its organization',
      },
    ],
    price: { free: 'what is in it is paid' },
  },
  {
    names: ['google_folder'],
    what: 'a folder',
    deletion: {
      kind: 'data',
      impact: 'its policies and grants; only an empty folder can be deleted',
      recovery: 'the folder, within 30 days, by restoring it manually',
      source: 'https://cloud.google.com/resource-manager/docs/creating-managing-folders',
    },
    price: { free: 'what is in it is paid' },
  },
  {
    names: ['google_project_service'],
    what: 'an API of a project',
    deletion: {
      kind: 'service',
      impact: 'everything of that API, when its resources are deleted with it; otherwise its management',
      recovery: 'the API, from Terraform',
      severity: 'warn',
    },
    protections: [
      { path: ['disable_on_destroy'], safe: { oneOf: [false] }, against: 'deletion', weaker: 'the API is disabled with the resource' },
      {
        path: ['disable_dependent_services'],
        safe: { oneOf: [false, undefined] },
        against: 'deletion',
        weaker: 'APIs that depend on it are disabled with it',
      },
    ],
    running: { none: 'it is disabled by its deletion alone' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'it gives no access' },
    uniqueName: { none: 'enabling an API twice is no error' },
    use: { none: 'the guard has a rule for its dependents' },
    pods: { none: 'it creates no pods' },
    price: { free: 'the use of an API is paid, not that it is enabled' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: ['google_project_service_identity'],
    what: 'a service agent',
    deletion: {
      kind: 'harmless',
      why: 'Google keeps it: Terraform only forgets it',
    },
    price: { free: 'configuration has no price' },
  },
];
