import type { ApiAnswer, ApiRequest, Body } from './api-request';
import { type ApiResources, type ApiType, applyPatch, requireBody } from './api-resources';

const ALERT_POLICY: ApiType = {
  type: 'google_monitoring_alert_policy',
  adds: ({ values, identity }, sent) => ({
    name: identity,
    enabled: sent.enabled ?? true,
    conditions: ((sent.conditions ?? []) as Body[]).map((condition, index) => ({
      ...condition,
      name: (values.conditions as { name: string }[])[index]?.name,
    })),
  }),
};

const COLLECTIONS: Readonly<Record<string, ApiType>> = {
  alertPolicies: ALERT_POLICY,
  dashboards: {
    type: 'google_monitoring_dashboard',
    names: { dashboard_json: (body) => JSON.stringify(body) },
    adds: ({ identity }) => ({ name: identity, etag: 'e' }),
  },
  notificationChannels: { type: 'google_monitoring_notification_channel', adds: ({ identity }) => ({ name: identity }) },
  metrics: { type: 'google_logging_metric' },
};

/** Cloud Monitoring API, and the log-based metrics of the Cloud Logging API. */
export class MonitoringApi {
  constructor(private readonly resources: ApiResources) {}

  public answer({ method, path, body }: ApiRequest): ApiAnswer | undefined {
    const [, project, kind, name] = /^projects\/([^/]+)\/([A-Za-z]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    const apiType = kind === undefined ? undefined : COLLECTIONS[kind];
    if (project === undefined || !apiType) return undefined;
    if (name === undefined) {
      return method === 'POST' ? requireBody(this.resources.create(apiType, { project }, body)) : undefined;
    }
    const identity = `projects/${project}/${kind}/${name}`;
    const before = this.resources.get(apiType, identity);
    if (method === 'GET') return before;
    if (method === 'DELETE') {
      requireBody(this.resources.delete(apiType, { project }, identity));
      return {};
    }
    const after = kind === 'metrics' || kind === 'dashboards' ? { ...before, ...body } : applyPatch(before, body);
    return requireBody(this.resources.update(apiType, { project }, identity, after));
  }
}
