import type { DataDescription } from '../type-description';

const clientConfig: DataDescription = {
  type: 'google_client_config',
  read: ({ provider }) => ({
    id: `projects/"${provider.project ?? ''}"/regions/"${provider.region ?? ''}"/zones/"${provider.zone ?? ''}"`,
    project: provider.project ?? null,
    region: provider.region ?? null,
    zone: provider.zone ?? null,
    access_token: 'sandbox',
    default_labels: { ...provider.labels },
  }),
};

const project: DataDescription = {
  type: 'google_project',
  read: (data, cloud) => {
    const id = data.text('project_id') || data.provider.project || '';
    return { id: `projects/${id}`, project_id: id, name: id, number: cloud.projectNumber(id) };
  },
};

export const google: readonly DataDescription[] = [clientConfig, project];
