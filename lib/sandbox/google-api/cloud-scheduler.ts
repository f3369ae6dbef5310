import { lastPart } from '../references';
import type { ApiAnswer, ApiRequest, Body } from './api-request';
import { type ApiResources, type ApiType, type Place, requireBody } from './api-resources';
import { isBody } from './conversion';

const JOB: ApiType = {
  type: 'google_cloud_scheduler_job',
  names: { name: (body) => lastPart(String(body.name)), paused: (body) => body.state === 'PAUSED' },
  adds: ({ values, identity }, sent) => ({
    name: identity,
    state: sent.state ?? 'ENABLED',
    attemptDeadline: sent.attemptDeadline ?? '180s',
    ...(isBody(sent.httpTarget) && {
      httpTarget: { ...sent.httpTarget, headers: { 'User-Agent': 'Google-Cloud-Scheduler', ...(sent.httpTarget.headers as Body) } },
    }),
    retryConfig: {
      retryCount: 0,
      maxRetryDuration: '0s',
      minBackoffDuration: '5s',
      maxBackoffDuration: '3600s',
      maxDoublings: 5,
      ...(sent.retryConfig as Body | undefined),
    },
    userUpdateTime: values.user_update_time,
  }),
};

/** Cloud Scheduler API: jobs, which do not run. */
export class CloudSchedulerApi {
  constructor(private readonly resources: ApiResources) {}

  public answer({ method, path, verb, body }: ApiRequest): ApiAnswer | undefined {
    const [, project, location, name] = /^projects\/([^/]+)\/locations\/([^/]+)\/jobs(?:\/([^/]+))?$/.exec(path) ?? [];
    if (project === undefined || location === undefined) return undefined;
    const place: Place = { project, region: location };
    if (name === undefined) return method === 'POST' ? requireBody(this.resources.create(JOB, place, body)) : undefined;
    const before = this.resources.get(JOB, path);
    if (method === 'GET') return before;
    if (method === 'DELETE') {
      requireBody(this.resources.delete(JOB, place, path));
      return {};
    }
    const change = (after: Body): ApiAnswer => requireBody(this.resources.update(JOB, place, path, after));
    if (verb === 'pause' || verb === 'resume') return change({ ...before, state: verb === 'pause' ? 'PAUSED' : 'ENABLED' });
    return method === 'PATCH' ? change({ ...before, ...body, name: path }) : undefined;
  }
}
