import { readFileSync } from 'node:fs';
import type { TerraformStack } from 'cdktf';
import { type PortNumber, Reachability as Proof } from '../reachability';
import { parseJson } from '../terraform/json';

/** A port of TCP by its number, or one such as `udp/53`. */
export type PortText = number | `${'tcp' | 'udp'}/${number}`;

/** Who reaches whom is not as a test expects. The message says why, and what would change it. */
export class ReachabilityError extends Error {
  public override readonly name = 'ReachabilityError';
}

/**
 * What a test asks of who reaches whom.
 *
 * Names are those that `gke-platform reach` shows: workloads, rings, `internet`, `control plane`, `other pods`, ...
 *
 * ```ts
 * const reach = Reachability.from(stack);
 * expect(reach.allows('billing', 'cassandra', 9042)).toBe(true);
 * expect(reach.clientsOf('cassandra', 9042, { platform: false })).toEqual(['billing', 'parking-sessions']);
 * reach.expectUnreachable('cassandra', 7199);
 * ```
 */
export class Reachability {
  /** What a stack synthesizes to: prepared as `cdktf synth` does it. Use it once a stack. */
  public static from(stack: TerraformStack): Reachability {
    stack.prepareStack();
    return new Reachability(Proof.read(parseJson(JSON.stringify(stack.toTerraform()))));
  }

  /** A `cdk.tf.json`, or the JSON of a plan, by the path of its file. */
  public static fromFile(file: string): Reachability {
    return new Reachability(Proof.read(parseJson(readFileSync(file, 'utf8'))));
  }

  constructor(public readonly proof: Proof) {}

  /** Whether one reaches the other for certain, directly or through a load balancer. What cannot be told fails: see `expectAllowed`. */
  public allows(from: string, to: string, port: PortText): boolean {
    const answer = this.proof.ask(from, to, parse(port));
    if (answer === 'unknown') throw new ReachabilityError(this.told(from, to, port));
    return answer === 'yes';
  }

  /**
   * Everybody who reaches a server at a port, or may reach it, by name, sorted.
   *
   * @param options `platform: false` leaves out those the stack does not declare: pods of other namespaces, IAP, the internet
   */
  public clientsOf(to: string, port: PortText, options: { readonly platform?: boolean } = {}): string[] {
    const servers = new Set(this.proof.named(to));
    const clients = this.proof.cells.filter(
      (cell) => servers.has(cell.to) && cell.allowance.at(parse(port)) !== 'no' && ((options.platform ?? true) || !cell.from.platform),
    );
    return [...new Set(clients.map(({ from }) => from.group ?? from.label))].sort();
  }

  /** Everybody whom a client reaches or may reach, with the ports, by name. */
  public serversOf(from: string): Record<string, string> {
    const cells = this.proof.named(from).flatMap((client) => this.proof.from(client));
    return Object.fromEntries(cells.map(({ to, allowance }) => [to.group ?? to.label, allowance.toString()] as const).sort());
  }

  /** Fails unless one reaches the other, and says what stops it and what would open it. */
  public expectAllowed(from: string, to: string, port: PortText): void {
    if (this.proof.ask(from, to, parse(port)) !== 'yes') throw new ReachabilityError(this.told(from, to, port));
  }

  /** Fails unless one is kept from the other for certain, load balancers included, and says what lets it through. */
  public expectDenied(from: string, to: string, port: PortText): void {
    if (this.proof.ask(from, to, parse(port)) !== 'no') throw new ReachabilityError(this.told(from, to, port));
  }

  /** Fails unless exactly these clients reach a server at a port, of those the stack declares. */
  public expectOnlyFrom(to: string, port: PortText, clients: readonly string[]): void {
    const found = this.clientsOf(to, port, { platform: false });
    const wanted = [...clients].sort();
    if (found.join() === wanted.join()) return;
    const surplus = found.filter((name) => !wanted.includes(name));
    const missing = wanted.filter((name) => !found.includes(name));
    throw new ReachabilityError(
      [
        `expected ${wanted.length > 0 ? `only ${wanted.join(', ')}` : 'nobody'} to reach ${to} at ${port}, found ${found.join(', ') || 'nobody'}`,
        ...[...surplus, ...missing].map((name) => this.told(name, to, port)),
      ].join('\n'),
    );
  }

  /** Fails when anybody at all reaches a server at a port, or may reach it. */
  public expectUnreachable(to: string, port: PortText): void {
    const found = this.clientsOf(to, port);
    if (found.length === 0) return;
    throw new ReachabilityError(
      [`expected nobody to reach ${to} at ${port}, found ${found.join(', ')}`, ...found.map((name) => this.told(name, to, port))].join(
        '\n',
      ),
    );
  }

  /** The answer in words, with what lets it through or stops it. */
  private told(from: string, to: string, port: PortText): string {
    const { sentence, steps, note, remediation } = this.proof.explain(from, to, parse(port));
    const further = note === undefined ? [] : [`  ${note}`];
    return [
      sentence,
      ...steps.map(({ text }) => `  ${text}`),
      ...further,
      ...(remediation === undefined ? [] : [`  remediation: ${remediation}`]),
    ].join('\n');
  }
}

function parse(port: PortText): PortNumber {
  if (typeof port === 'number') return { protocol: 'tcp', number: port };
  const [protocol, number] = port.split('/');
  return { protocol: protocol === 'udp' ? 'udp' : 'tcp', number: Number(number) };
}
