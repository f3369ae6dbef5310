import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import ipaddr from 'ipaddr.js';
import { computeGateway, type VmInstance } from './vm-instance';

/** Value of the metadata server: a text, or the values below a path. */
type Metadata = string | readonly Metadata[] | { readonly [key: string]: Metadata };

/** Address of the metadata server, to which firewall rules do not apply. */
export const METADATA_ADDRESS = '169.254.169.254';

/** Lifetime of an access token in seconds. */
const TOKEN_SECONDS = 3599;

/**
 * Compute Engine's metadata server: metadata of the VM, access tokens of its service account, and the guest attributes that it writes. VMs
 * are identified by the source address of a request.
 */
export class MetadataServer {
  private readonly instances = new Map<string, VmInstance>();
  private readonly guestAttributes = new Map<string, Map<string, string>>();
  private readonly tokens = new Map<string, string>();
  private readonly changes = new Set<() => void>();

  /** Sets the VM instances, and notifies requests that wait for a change. */
  public show(instances: readonly VmInstance[]): void {
    this.instances.clear();
    for (const instance of instances) this.instances.set(instance.address, instance);
    for (const tell of [...this.changes]) tell();
  }

  /** Guest attributes of an instance, by `NAMESPACE/KEY`. */
  public attributesOf(id: string): ReadonlyMap<string, string> {
    return this.guestAttributes.get(id) ?? new Map();
  }

  /** Deletes the guest attributes of an instance, which last until it stops. */
  public forget(id: string): void {
    this.guestAttributes.delete(id);
  }

  /** Email of the service account that a token belongs to. */
  public accountOf(token: string): string | undefined {
    return this.tokens.get(token);
  }

  public async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://metadata.google.internal');
    const address = (request.socket.remoteAddress ?? '').replace('::ffff:', '');
    const reply = (status: number, body: string, headers: Record<string, string> = {}): void => {
      const type = { 'content-type': 'application/text', 'metadata-flavor': 'Google', server: 'Metadata Server for VM' };
      response.writeHead(status, { ...type, ...headers }).end(body);
    };
    const instance = this.instances.get(address);
    if (!instance) return reply(404, `there is no VM at ${address}\n`);
    if (request.headers['metadata-flavor'] !== 'Google' || request.headers['x-forwarded-for']) {
      return reply(403, 'Missing Metadata-Flavor:Google header.\n');
    }
    const [root, version, ...path] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
    if (root !== 'computeMetadata' || version !== 'v1') return reply(404, '');
    if (path[0] === 'instance' && path[1] === 'guest-attributes') {
      return this.answerGuestAttribute(instance, path.slice(2).join('/'), request, reply);
    }
    if (request.method !== 'GET') return reply(405, '');

    let value = this.read(address, path);
    if (value === undefined) return reply(404, '');
    if (url.searchParams.get('wait_for_change') === 'true') {
      const known = url.searchParams.get('last_etag') ?? etag(value);
      const seconds = Number(url.searchParams.get('timeout_sec')) || Number.POSITIVE_INFINITY;
      await this.waitForChange(() => etag(this.read(address, path) ?? '') !== known, seconds, request);
      value = this.read(address, path) ?? '';
    }
    const isJson = url.searchParams.get('alt') === 'json' || (url.searchParams.get('recursive') === 'true' && typeof value !== 'string');
    if (isJson || isToken(path)) {
      const json = JSON.stringify(isToken(path) ? value : camelCase(value, path.includes('attributes')));
      return reply(200, json, { etag: etag(value), 'content-type': 'application/json' });
    }
    reply(200, asText(value), { etag: etag(value) });
  }

  private async answerGuestAttribute(
    instance: VmInstance,
    key: string,
    request: IncomingMessage,
    reply: (status: number, body: string) => void,
  ): Promise<void> {
    if (instance.metadata['enable-guest-attributes']?.toUpperCase() !== 'TRUE')
      return reply(403, 'Guest attributes endpoint access is disabled.\n');
    const attributes = this.guestAttributes.get(instance.id) ?? new Map<string, string>();
    this.guestAttributes.set(instance.id, attributes);
    if (request.method === 'PUT') {
      attributes.set(key, await text(request));
      for (const tell of [...this.changes]) tell();
      return reply(200, '');
    }
    if (request.method === 'DELETE') return reply(attributes.delete(key) ? 200 : 404, '');
    const value = attributes.get(key);
    return value === undefined ? reply(404, '') : reply(200, value);
  }

  /** Waits until a condition holds, a timeout passes, or the client disconnects. */
  private waitForChange(condition: () => boolean, seconds: number, request: IncomingMessage): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(seconds) ? setTimeout(() => end(), seconds * 1000) : undefined;
      const end = (): void => {
        clearTimeout(timer);
        this.changes.delete(check);
        resolve();
      };
      const check = (): void => {
        if (condition()) end();
      };
      this.changes.add(check);
      request.socket.once('close', end);
      check();
    });
  }

  private read(address: string, path: readonly string[]): Metadata | undefined {
    const instance = this.instances.get(address);
    let value: Metadata | undefined = instance && this.metadataOf(instance);
    for (const part of path) {
      if (typeof value !== 'object') return undefined;
      value = (value as { readonly [key: string]: Metadata })[part];
    }
    return value;
  }

  private metadataOf(instance: VmInstance): Metadata {
    const [gateway, mask] = [computeGateway(instance.range), ipaddr.IPv4.subnetMaskFromPrefixLength(Number(instance.range.split('/')[1]))];
    const place = `projects/${instance.projectNumber}`;
    const disks = ['persistent-disk-0', ...instance.disks.map(({ deviceName }) => deviceName)];
    return {
      instance: {
        attributes: instance.metadata,
        'cpu-platform': 'Intel Cascade Lake',
        description: '',
        disks: disks.map((name, index) => ({
          'device-name': name,
          index: String(index),
          interface: 'SCSI',
          mode: 'READ_WRITE',
          type: 'PERSISTENT-BALANCED',
        })),
        hostname: `${instance.name}.${instance.zone}.c.${instance.project}.internal`,
        id: instance.id,
        image: instance.image,
        licenses: [],
        'machine-type': `${place}/machineTypes/${instance.machineType}`,
        'maintenance-event': 'NONE',
        name: instance.name,
        'network-interfaces': [
          {
            'access-configs': [],
            'dns-servers': [METADATA_ADDRESS],
            'forwarded-ips': [],
            gateway,
            ip: instance.address,
            'ip-aliases': [],
            mac: '42:01:0a:0a:08:0b',
            mtu: '1460',
            network: `${place}/networks/${instance.network.split('/').pop()}`,
            subnetmask: String(mask),
          },
        ],
        preempted: 'FALSE',
        scheduling: { 'automatic-restart': 'TRUE', 'on-host-maintenance': 'MIGRATE', preemptible: 'FALSE' },
        'service-accounts': this.serviceAccounts(instance),
        tags: instance.tags,
        zone: `${place}/zones/${instance.zone}`,
      },
      project: { attributes: {}, 'numeric-project-id': instance.projectNumber, 'project-id': instance.project },
    };
  }

  private serviceAccounts({ serviceAccount }: VmInstance): Metadata {
    if (!serviceAccount) return {};
    const { email, scopes } = serviceAccount;
    const account = { aliases: ['default'], email, scopes, token: this.token(email) };
    return { default: account, [email]: account };
  }

  /** Access token of a service account, constant while the lab runs. */
  private token(email: string): Metadata {
    let token = [...this.tokens].find(([, owner]) => owner === email)?.[0];
    if (token === undefined) {
      token = `ya29.sandbox-${randomBytes(16).toString('hex')}`;
      this.tokens.set(token, email);
    }
    return { access_token: token, expires_in: String(TOKEN_SECONDS), token_type: 'Bearer' };
  }
}

function isToken(path: readonly string[]): boolean {
  return path.at(-1) === 'token';
}

function etag(value: Metadata): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** Converts names to camel case, as in JSON responses; names of attributes are unchanged. */
function camelCase(value: Metadata, isRaw: boolean): Metadata {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((each) => camelCase(each, isRaw));
  const key = (name: string): string => (isRaw ? name : name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [key(name), camelCase(each, isRaw || name === 'attributes')]));
}

/** Formats a directory as a list of names, with a slash after directories. */
function asText(value: Metadata): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.length ? `${value.join('\n')}\n` : '';
  return Object.entries(value)
    .map(([name, each]) => (typeof each === 'string' || (Array.isArray(each) && typeof each[0] !== 'object') ? `${name}\n` : `${name}/\n`))
    .join('');
}
