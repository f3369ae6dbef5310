import type { CloudResource } from '../cloud-resource';
import { lastPart } from '../references';
import type { TypeDescription } from '../type-description';
import { describeIamMember } from './iam';

const API = 'artifactregistry.googleapis.com';

const repository: TypeDescription = {
  type: 'google_artifact_registry_repository',
  label: 'Repository',
  api: API,
  providerDefaults: ['project'],
  identity: (resource) => repositoryName(resource, 'repository_id'),
  computed: ['location', 'project'],
  defaults: {
    'cleanup_policies.condition.tag_state': 'ANY',
    'maven_config.version_policy': 'VERSION_POLICY_UNSPECIFIED',
    mode: 'STANDARD_REPOSITORY',
    'remote_repository_config.docker_repository.public_repository': 'DOCKER_HUB',
    'remote_repository_config.maven_repository.public_repository': 'MAVEN_CENTRAL',
    'remote_repository_config.npm_repository.public_repository': 'NPMJS',
    'remote_repository_config.python_repository.public_repository': 'PYPI',
  },
  forceNew: [
    '{format,kms_key_name,location,mode,project,remote_repository_config,repository_id}',
    'maven_config.{allow_snapshot_overwrites,version_policy}',
  ],
  values: { name: (resource) => resource.text('repository_id') },
};

function repositoryName(resource: CloudResource, argument: string): string {
  return `projects/${resource.text('project')}/locations/${resource.text('location')}/repositories/${lastPart(resource.text(argument))}`;
}

const repositoryIamMember: TypeDescription = {
  ...describeIamMember({
    type: 'google_artifact_registry_repository_iam_member',
    api: API,
    targetType: 'google_artifact_registry_repository',
    target: (binding) => repositoryName(binding, 'repository'),
    called: (name) => `artifactregistry repository "${name}"`,
  }),
  computed: ['location', 'project'],
  forceNew: ['{condition,location,member,project,repository,role}'],
};

export const artifactRegistry: readonly TypeDescription[] = [repository, repositoryIamMember];
