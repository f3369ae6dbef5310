import { X509Certificate } from 'node:crypto';
import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Cidr } from '../core/cidr';
import { requireDistinct, requireMatch } from '../core/require';
import { requireNoTemplate } from '../core/template-text';
import { ValidationError } from '../core/validation-error';

/** Data center of an existing ring, for example in Kubernetes, which a `CassandraRing` joins as another one. */
export interface ExistingDatacenter {
  /** Name of the data center in Cassandra. Must differ from that of this ring. */
  readonly datacenter: string;

  /** Addresses of some of its nodes, of which one has to answer at the first start of each node of this ring. */
  readonly seeds: readonly string[];

  /**
   * Ranges of the addresses of all its nodes in CIDR notation. Firewall rules allow port 7000 between them and the nodes of this ring, in both
   * directions. A range of pods has to be one that VM instances reach.
   */
  readonly ranges: readonly string[];

  /**
   * Certificates of the authorities that signed the certificates of its nodes, as PEM. Its nodes have to trust the authority of this ring, in
   * secret `NAME-ca`.
   */
  readonly certificateAuthority: string;
}

/** Names and addresses of a ring that joins an existing data center. */
interface JoiningRing {
  readonly clusterName: string | undefined;
  readonly datacenter: string;

  /** Addresses of the nodes. */
  readonly addresses: readonly string[];
}

const DATACENTER = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const ADDRESS = /^(\d{1,3}\.){3}\d{1,3}$/;

/** Requires a data center that the ring can join. */
export function requireExistingDatacenter(scope: IConstruct, joins: ExistingDatacenter, ring: JoiningRing): ExistingDatacenter {
  if (ring.clusterName === undefined) {
    throw new ValidationError(scope, "'clusterName' must be given with 'joins', since it has to be that of the existing ring, got none");
  }
  requireMatch(scope, 'joins.datacenter', joins.datacenter, DATACENTER, 'letters, digits, hyphens and underscores');
  if (joins.datacenter === ring.datacenter) {
    throw new ValidationError(scope, `'joins.datacenter' must differ from the ring's 'datacenter', got '${joins.datacenter}' for both`);
  }
  const ranges = requireDistinct(scope, 'joins.ranges', joins.ranges).map((range) => Cidr.parse(scope, 'joins.ranges', range));
  for (const seed of requireDistinct(scope, 'joins.seeds', joins.seeds)) requireSeed(scope, seed, ranges, ring.addresses);
  requireCertificates(scope, joins.certificateAuthority);
  return joins;
}

function requireSeed(scope: IConstruct, seed: string, ranges: readonly Cidr[], own: readonly string[]): void {
  requireNoTemplate(scope, 'joins.seeds', seed, 'an IPv4 address');
  if (Token.isUnresolved(seed) || !ADDRESS.test(seed))
    throw new ValidationError(scope, `'joins.seeds' must be IPv4 addresses, got '${seed}'`);
  const address = Cidr.parse(scope, 'joins.seeds', `${seed}/32`);
  if (own.includes(seed)) {
    throw new ValidationError(scope, `'joins.seeds' must be nodes of the existing data center, got '${seed}', a node of this ring`);
  }
  if (!ranges.some((range) => range.contains(address))) {
    throw new ValidationError(scope, `'joins.seeds' must be in 'joins.ranges' (${ranges.join(', ')}), got '${seed}'`);
  }
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

function requireCertificates(scope: IConstruct, pem: string): void {
  requireNoTemplate(scope, 'joins.certificateAuthority', pem, 'certificates as PEM');
  const blocks = [...pem.matchAll(BLOCK)];
  const rest = pem.replace(BLOCK, '').trim();
  const other = blocks.find(([, kind]) => kind !== 'CERTIFICATE')?.[1];
  if (blocks.length === 0 || other !== undefined || rest !== '') {
    // A private key must not appear in a message.
    const got = other === undefined ? `${blocks.length} certificates and other text` : `a block of '${other}'`;
    throw new ValidationError(scope, `'joins.certificateAuthority' must be certificates as PEM and nothing else, got ${got}`);
  }
  for (const [index, [block]] of blocks.entries()) {
    if (!isAuthority(block)) {
      throw new ValidationError(
        scope,
        `'joins.certificateAuthority' must be certificates of authorities as PEM, got another one at position ${index + 1}`,
      );
    }
  }
}

function isAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}
