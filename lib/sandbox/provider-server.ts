import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { handleUnaryCall, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { ProviderName } from './bindings';
import type { ProviderSettings } from './cloud-resource';
import { buildProtocolDefinition, CALLS, type Request } from './protocol';
import { createDiagnostic, Provider, type ProviderContext, ProviderCrash } from './provider';
import type { UnsavedCreations } from './unsaved-creations';

/**
 * gRPC server of one provider, without TLS. It listens on a socket in a private folder: the protocol has no authentication. Windows has no
 * such sockets; there it is a port of 127.0.0.1.
 */
export class ProviderServer {
  /** @param folder folder for the socket, which only the owner can enter */
  public static async start(name: ProviderName, context: ProviderContext, folder: string): Promise<ProviderServer> {
    const server = new ProviderServer(name, new Provider(name, context), context.creations);
    await server.listen(process.platform === 'win32' ? undefined : join(folder, name));
    return server;
  }

  private readonly sockets = new Map<string, Socket>();
  /** Settings by peer: each provider block has its own connection. */
  private readonly settings = new Map<string, ProviderSettings>();
  private readonly crashed = new Set<string>();
  private listener?: Server;
  private stopGrpc?: () => void;

  private constructor(
    public readonly name: ProviderName,
    private readonly provider: Provider,
    private readonly creations: UnsavedCreations,
  ) {}

  /** Entry of `TF_REATTACH_PROVIDERS`, by which Terraform connects to this server instead of starting the plugin. */
  public get reattach(): object {
    const address = this.listener!.address() as string | AddressInfo;
    const Addr =
      typeof address === 'string' ? { Network: 'unix', String: address } : { Network: 'tcp', String: `127.0.0.1:${address.port}` };
    return { Protocol: 'grpc', ProtocolVersion: 6, Pid: process.pid, Test: true, Addr };
  }

  public async stop(): Promise<void> {
    for (const socket of this.sockets.values()) socket.destroy();
    this.stopGrpc?.();
    await new Promise((resolve) => this.listener!.close(resolve));
  }

  private async listen(path: string | undefined): Promise<void> {
    // Loaded on demand, by require: jest does not support import() in CommonJS files.
    const { Server: GrpcServer, ServerCredentials } = require('@grpc/grpc-js') as typeof import('@grpc/grpc-js');
    const { fromJSON } = require('@grpc/proto-loader') as typeof import('@grpc/proto-loader');
    const definition = fromJSON(buildProtocolDefinition(), { longs: Number, enums: Number, defaults: true });

    const grpc = new GrpcServer({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
    grpc.addService(definition['tfplugin6.Provider'] as ServiceDefinition, this.handlers());
    const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
    this.stopGrpc = () => {
      injector.destroy();
      grpc.forceShutdown();
    };

    // Sockets are accepted here, so that one can be destroyed like that of a crashed provider.
    this.listener = createServer((socket) => {
      const peer = `${this.name}-${randomUUID()}`;
      // gRPC takes the name of a peer from here. A local socket has none.
      Object.defineProperties(socket, { remoteAddress: { value: peer }, remotePort: { value: undefined } });
      this.sockets.set(peer, socket);
      socket.on('close', () => {
        this.sockets.delete(peer);
        this.settings.delete(peer);
        this.crashed.delete(peer);
        this.creations.ended(peer);
      });
      socket.on('error', () => socket.destroy());
      injector.injectConnection(socket);
    });
    await new Promise<void>((resolve, reject) => {
      this.listener!.once('error', reject);
      if (path === undefined) this.listener!.listen(0, '127.0.0.1', resolve);
      else this.listener!.listen(path, resolve);
    });
  }

  private handlers(): UntypedServiceImplementation {
    const { provider } = this;
    const calls: Record<string, (request: Request, peer: string) => object | Promise<object>> = {
      GetProviderSchema: () => provider.getProviderSchema(),
      ValidateProviderConfig: () => ({}),
      ConfigureProvider: ({ config }, peer) => {
        this.settings.set(peer, provider.settings(config));
        return {};
      },
      ValidateResourceConfig: (request) => provider.validateResource(request),
      ValidateDataResourceConfig: () => ({}),
      UpgradeResourceState: (request) => provider.upgradeState(request),
      ReadResource: (request) => provider.read(request),
      PlanResourceChange: (request, peer) => provider.plan(request, this.requireSettings(peer)),
      ApplyResourceChange: (request, peer) => provider.apply(request, this.requireSettings(peer), peer),
      ImportResourceState: (request) => provider.import(request),
      ReadDataSource: (request, peer) => provider.readData(request, this.requireSettings(peer)),
      StopProvider: () => ({}),
    };
    return Object.fromEntries(CALLS.map((name) => [name, this.handler(calls[name]!)]));
  }

  private handler(answer: (request: Request, peer: string) => object | Promise<object>): handleUnaryCall<Request, object> {
    return (call, callback) => {
      const peer = call.getPeer();
      // Lets a batch of calls that arrived together be read before the first is answered.
      setImmediate(async () => {
        // Of a client that has ended, nothing more is done.
        if (this.crashed.has(peer) || !this.sockets.has(peer)) return;
        try {
          callback(null, await answer(call.request, peer));
        } catch (error) {
          if (error instanceof ProviderCrash) this.crash(peer);
          else callback(null, { diagnostics: [createDiagnostic(error as Error)] });
        }
      });
    };
  }

  /** Destroys a connection. Earlier answers arrive; calls of the same batch are not started. */
  private crash(peer: string): void {
    this.crashed.add(peer);
    setTimeout(() => this.sockets.get(peer)?.destroy(), 50);
  }

  /** Finds the settings of a connection. One without them belongs to a crashed provider, and crashes again. */
  private requireSettings(peer: string): ProviderSettings {
    const settings = this.settings.get(peer);
    if (!settings) throw new ProviderCrash();
    return settings;
  }
}

/** Lists the addresses of a provider in the registries of Terraform and OpenTofu. */
export function listProviderAddresses(name: ProviderName): string[] {
  return ['registry.terraform.io', 'registry.opentofu.org'].map((registry) => `${registry}/hashicorp/${name}`);
}
