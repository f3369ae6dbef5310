import { PROJECT, VmApi } from '../sandbox/google-api/vm-api';
import type { WorkflowRequest, WorkflowResponse } from '../support/workflows/interpreter';

/** Beginning of the URLs of Compute Engine, before the project. */
export const COMPUTE = 'https://compute.googleapis.com/compute/v1/projects/';

export const NODES = ['b', 'c', 'd'];

/** Starts the API of a project with the data disks of a ring. */
export async function startWithDisks(): Promise<VmApi> {
  const api = await VmApi.start();
  for (const node of NODES) {
    const zone = `europe-west1-${node}`;
    const type = `projects/${PROJECT}/zones/${zone}/diskTypes/pd-ssd`;
    await api.compute.createDisk(zone, { name: `ring-${node}-data`, sizeGb: '50', type });
  }
  return api;
}

/** Options of `sendRequest`. */
export interface SendRequestOptions {
  readonly api: VmApi;

  /** Projects that requests may name. */
  readonly projects: readonly string[];

  /** Answers in place of the API. @default - none */
  readonly intercept?: (request: WorkflowRequest) => WorkflowResponse | undefined;
}

/** Sends a request of a workflow. @throws Error if it is not to Compute Engine, or names another project */
export async function sendRequest(request: WorkflowRequest, { api, projects, intercept }: SendRequestOptions): Promise<WorkflowResponse> {
  const { method, url, body } = request;
  const [, project = '', path = ''] = /^([^/]+)\/(.+)$/.exec(url.slice(COMPUTE.length)) ?? [];
  if (!url.startsWith(COMPUTE) || !projects.includes(project)) throw new Error(`unexpected request to ${url}`);
  const query = new URLSearchParams(request.query);
  return intercept?.(request) ?? (await api.call(method, `${path}?${query}`, body as object | undefined, project));
}

/** Id of a set that was taken at a time, in seconds since 1970. */
export function formatSetId(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
}
