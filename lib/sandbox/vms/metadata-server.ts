import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import ipaddr from 'ipaddr.js';
import { gatewayOf, type Machine } from './machine';

/** A value of the metadata server: a text, or what is below a path. */
type Metadata = string | readonly Metadata[] | { readonly [key: string]: Metadata };

/** Where VMs find the metadata server. No firewall rule concerns it. */
export const METADATA_ADDRESS = '169.254.169.254';

/** How long an access token is good for, in seconds. */
const TOKEN_SECONDS = 3599;

/**
 * Compute Engine's metadata server: what a VM knows of itself, its service account's tokens, and the guest attributes
 * it writes. VMs are told apart by the address they ask from.
 */
export class MetadataServer {
  private readonly machines = new Map<string, Machine>();
  private readonly guestAttributes = new Map<string, Map<string, string>>();
  private readonly tokens = new Map<string, string>();
  private readonly changes = new Set<() => void>();

  /** Says which machines there are. Whoever waits for a change of one is told. */
  public show(machines: readonly Machine[]): void {
    this.machines.clear();
    for (const machine of machines) this.machines.set(machine.address, machine);
    for (const tell of [...this.changes]) tell();
  }

  /** What a machine has written, by `NAMESPACE/KEY`. */
  public attributesOf(id: string): ReadonlyMap<string, string> {
    return this.guestAttributes.get(id) ?? new Map();
  }

  /** Guest attributes of an instance last as long as it runs. */
  public forget(id: string): void {
    this.guestAttributes.delete(id);
  }

  /** Email of the service account that a token was given to. */
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
    const machine = this.machines.get(address);
    if (!machine) return reply(404, `there is no VM at ${address}\n`);
    if (request.headers['metadata-flavor'] !== 'Google' || request.headers['x-forwarded-for']) {
      return reply(403, 'Missing Metadata-Flavor:Google header.\n');
    }
    const [root, version, ...path] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
    if (root !== 'computeMetadata' || version !== 'v1') return reply(404, '');
    if (path[0] === 'instance' && path[1] === 'guest-attributes') {
      return this.answerGuestAttribute(machine, path.slice(2).join('/'), request, reply);
    }
    if (request.method !== 'GET') return reply(405, '');

    let value = this.read(address, path);
    if (value === undefined) return reply(404, '');
    if (url.searchParams.get('wait_for_change') === 'true') {
      const known = url.searchParams.get('last_etag') ?? etag(value);
      const seconds = Number(url.searchParams.get('timeout_sec')) || Number.POSITIVE_INFINITY;
      await this.changed(() => etag(this.read(address, path) ?? '') !== known, seconds, request);
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
    machine: Machine,
    key: string,
    request: IncomingMessage,
    reply: (status: number, body: string) => void,
  ): Promise<void> {
    if (machine.metadata['enable-guest-attributes']?.toUpperCase() !== 'TRUE')
      return reply(403, 'Guest attributes endpoint access is disabled.\n');
    const attributes = this.guestAttributes.get(machine.id) ?? new Map<string, string>();
    this.guestAttributes.set(machine.id, attributes);
    if (request.method === 'PUT') {
      attributes.set(key, await text(request));
      for (const tell of [...this.changes]) tell();
      return reply(200, '');
    }
    if (request.method === 'DELETE') return reply(attributes.delete(key) ? 200 : 404, '');
    const value = attributes.get(key);
    return value === undefined ? reply(404, '') : reply(200, value);
  }

  /** Waits until something is so, for so many seconds at most, or until nobody waits any more. */
  private changed(isSo: () => boolean, seconds: number, request: IncomingMessage): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(seconds) ? setTimeout(() => end(), seconds * 1000) : undefined;
      const end = (): void => {
        clearTimeout(timer);
        this.changes.delete(look);
        resolve();
      };
      const look = (): void => {
        if (isSo()) end();
      };
      this.changes.add(look);
      request.socket.once('close', end);
      look();
    });
  }

  private read(address: string, path: readonly string[]): Metadata | undefined {
    const machine = this.machines.get(address);
    let value: Metadata | undefined = machine && this.metadataOf(machine);
    for (const part of path) {
      if (typeof value !== 'object') return undefined;
      value = (value as { readonly [key: string]: Metadata })[part];
    }
    return value;
  }

  private metadataOf(machine: Machine): Metadata {
    const [gateway, mask] = [gatewayOf(machine.range), ipaddr.IPv4.subnetMaskFromPrefixLength(Number(machine.range.split('/')[1]))];
    const place = `projects/${machine.projectNumber}`;
    const disks = ['persistent-disk-0', ...machine.disks.map(({ deviceName }) => deviceName)];
    return {
      instance: {
        attributes: machine.metadata,
        'cpu-platform': 'Intel Cascade Lake',
        description: '',
        disks: disks.map((name, index) => ({
          'device-name': name,
          index: String(index),
          interface: 'SCSI',
          mode: 'READ_WRITE',
          type: 'PERSISTENT-BALANCED',
        })),
        hostname: `${machine.name}.${machine.zone}.c.${machine.project}.internal`,
        id: machine.id,
        image: machine.image,
        licenses: [],
        'machine-type': `${place}/machineTypes/${machine.machineType}`,
        'maintenance-event': 'NONE',
        name: machine.name,
        'network-interfaces': [
          {
            'access-configs': [],
            'dns-servers': [METADATA_ADDRESS],
            'forwarded-ips': [],
            gateway,
            ip: machine.address,
            'ip-aliases': [],
            mac: '42:01:0a:0a:08:0b',
            mtu: '1460',
            network: `${place}/networks/${machine.network.split('/').pop()}`,
            subnetmask: String(mask),
          },
        ],
        preempted: 'FALSE',
        scheduling: { 'automatic-restart': 'TRUE', 'on-host-maintenance': 'MIGRATE', preemptible: 'FALSE' },
        'service-accounts': this.serviceAccounts(machine),
        tags: machine.tags,
        zone: `${place}/zones/${machine.zone}`,
      },
      project: { attributes: {}, 'numeric-project-id': machine.projectNumber, 'project-id': machine.project },
    };
  }

  private serviceAccounts({ serviceAccount }: Machine): Metadata {
    if (!serviceAccount) return {};
    const { email, scopes } = serviceAccount;
    const account = { aliases: ['default'], email, scopes, token: this.token(email) };
    return { default: account, [email]: account };
  }

  /** The access token of a service account: the same for as long as the lab runs. */
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

/** Names as they are in JSON; those of attributes are the user's own. */
function camelCase(value: Metadata, isRaw: boolean): Metadata {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((each) => camelCase(each, isRaw));
  const key = (name: string): string => (isRaw ? name : name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [key(name), camelCase(each, isRaw || name === 'attributes')]));
}

/** A folder as a list of its names; those of folders end in a slash. */
function asText(value: Metadata): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.length ? `${value.join('\n')}\n` : '';
  return Object.entries(value)
    .map(([name, each]) => (typeof each === 'string' || (Array.isArray(each) && typeof each[0] !== 'object') ? `${name}\n` : `${name}/\n`))
    .join('');
}
