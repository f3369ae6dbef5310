import { listArgumentPaths } from '../../../lib/sandbox/argument-paths';
import { Bindings } from '../../../lib/sandbox/bindings';
import { Faults } from '../../../lib/sandbox/faults';
import { type AnsweredCall, type ClusterApis, GoogleApiServer } from '../../../lib/sandbox/google-api';
import type { RequestValidator } from '../../../lib/sandbox/google-api/discovery';
import { Operations } from '../../../lib/sandbox/operations';
import { ResourceType } from '../../../lib/sandbox/resource-type';
import { SimulatedCloud } from '../../../lib/sandbox/simulated-cloud';
import { TYPE_DESCRIPTIONS } from '../../../lib/sandbox/types';

const bindings = new Bindings();
const types = new Map(
  TYPE_DESCRIPTIONS.filter(({ type }) => type.startsWith('google_')).map((description) => [description.type, description]),
);

interface Answer {
  readonly code: number;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
  readonly body: any;
}

/** The Google APIs of an empty cloud, called as a client calls them. */
export class TestApi {
  public static async start(
    options: { readonly validator?: RequestValidator; readonly enabledApis?: 'all' | readonly string[] } = {},
  ): Promise<TestApi> {
    const { validator, enabledApis = 'all' } = options;
    const api = new TestApi(new SimulatedCloud(undefined, { enabledApis }));
    api.server = await GoogleApiServer.start({
      cloud: api.cloud,
      operations: new Operations(api.cloud, () => TYPE_DESCRIPTIONS),
      faults: api.faults,
      resolveType: (name) => new ResourceType(name, bindings.resource(name)!, types.get(name)),
      kubernetes: api.kubernetes,
      services: ['COMPUTE', 'STORAGE'],
      validator,
      onCall: (call) => api.calls.push(call),
      onArguments: (type, values) => {
        const sent = api.sentArguments.get(type) ?? new Set();
        for (const path of listArgumentPaths(values, bindings.resource(type)!)) sent.add(path);
        api.sentArguments.set(type, sent);
      },
    });
    return api;
  }

  public readonly faults = new Faults();
  public readonly calls: AnsweredCall[] = [];

  /** Paths of the arguments that requests had, by type. */
  public readonly sentArguments = new Map<string, Set<string>>();

  /** Clusters whose Kubernetes API was started and not ended. */
  public readonly clusters = new Map<string, string>();
  private server?: GoogleApiServer;
  private readonly kubernetes: ClusterApis = {
    caCertificate: 'the authority',
    start: async (cluster, { serviceRange }) => {
      this.clusters.set(cluster, serviceRange);
      return { endpoint: `127.0.0.1:${7000 + this.clusters.size}` };
    },
    remove: async (cluster) => {
      this.clusters.delete(cluster);
    },
  };

  private constructor(public readonly cloud: SimulatedCloud) {}

  public get environment(): Record<string, string> {
    return this.server!.environment;
  }

  /** @param path below the address, for example `compute/v1/projects/p/global/networks` */
  public async call(method: string, path: string, body?: object): Promise<Answer> {
    const { origin } = new URL(this.environment.GOOGLE_COMPUTE_CUSTOM_ENDPOINT!);
    const answer = await fetch(`${origin}/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    return { code: answer.status, body: await answer.json() };
  }

  public async resume(): Promise<void> {
    await this.server!.resume();
  }

  public async stop(): Promise<void> {
    await this.server!.stop();
  }
}
