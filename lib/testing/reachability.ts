import { readFileSync } from 'node:fs';
import type { TerraformStack } from 'cdktf';
import { type PortNumber, Reachability as Proof } from '../reachability';
import { parseJson } from '../terraform/json';
import { parseJsonFile } from '../terraform/json-input';

/** Port: the number of a TCP port, or text such as `udp/53`. */
export type PortText = number | `${'tcp' | 'udp'}/${number}`;

/**
 * Failed assertion on reachability.
 *
 * @remarks
 * The message contains the answer, the rules that decide it, and the line of code that would change it.
 *
 * @example
 * ```ts
 * ring.allowFrom(billing);
 * const reach = Reachability.from(stack);
 * expect(() => reach.expectDenied('billing', 'fixture-ring', 9042)).toThrow(ReachabilityError);
 * ```
 */
export class ReachabilityError extends Error {
  public override readonly name = 'ReachabilityError';
}

/**
 * Assertions on the reachability of a stack, for tests.
 *
 * @remarks
 * Names are those of `gke-platform reach`: workloads, rings, `internet`, `control plane`, `other pods` and so on.
 *
 * @example
 * ```ts
 * new PublicEndpoint(stack, 'PublicEndpoint', { workload: billing, hostName: 'billing.example.com' });
 *
 * const reach = Reachability.from(stack);
 * expect(reach.allows('internet', 'billing', 8080)).toBe(true);
 * reach.expectOnlyFrom('billing', 8080, ['billing.example.com']);
 * ```
 */
export class Reachability {
  /** Analyzes a stack, prepared as by `cdktf synth`. Call it once per stack. */
  public static from(stack: TerraformStack): Reachability {
    stack.prepareStack();
    return new Reachability(Proof.read(parseJson(JSON.stringify(stack.toTerraform()))));
  }

  /** Analyzes a file: `cdk.tf.json`, or the JSON of a plan. */
  public static fromFile(file: string): Reachability {
    return new Reachability(Proof.read(parseJsonFile(readFileSync(file))));
  }

  constructor(public readonly proof: Proof) {}

  /**
   * Returns true when the client reaches the server, directly or through a load balancer.
   *
   * @throws ReachabilityError when the answer is undetermined
   */
  public allows(from: string, to: string, port: PortText): boolean {
    const answer = this.proof.ask(from, to, parsePort(port));
    if (answer === 'unknown') throw new ReachabilityError(this.explain(from, to, port));
    return answer === 'yes';
  }

  /**
   * Returns the sorted names of all clients that reach a server at a port, or may reach it.
   *
   * @param options `platform: false` excludes clients that the stack does not declare: pods of other namespaces, IAP, the internet
   */
  public clientsOf(to: string, port: PortText, options: { readonly platform?: boolean } = {}): string[] {
    const servers = new Set(this.proof.named(to));
    const clients = this.proof.cells.filter(
      (cell) => servers.has(cell.to) && cell.allowance.at(parsePort(port)) !== 'no' && ((options.platform ?? true) || !cell.from.platform),
    );
    return [...new Set(clients.map(({ from }) => from.group ?? from.label))].sort();
  }

  /** Returns the ports of all servers that a client reaches or may reach, by name. */
  public serversOf(from: string): Record<string, string> {
    const cells = this.proof.named(from).flatMap((client) => this.proof.from(client));
    return Object.fromEntries(cells.map(({ to, allowance }) => [to.group ?? to.label, allowance.toString()] as const).sort());
  }

  /**
   * Asserts that a client reaches a server.
   *
   * @throws ReachabilityError with the rules that deny it and a remediation
   */
  public expectAllowed(from: string, to: string, port: PortText): void {
    if (this.proof.ask(from, to, parsePort(port)) !== 'yes') throw new ReachabilityError(this.explain(from, to, port));
  }

  /**
   * Asserts that a client does not reach a server, directly or through a load balancer.
   *
   * @throws ReachabilityError with the rules that allow it, also when the answer is undetermined
   */
  public expectDenied(from: string, to: string, port: PortText): void {
    if (this.proof.ask(from, to, parsePort(port)) !== 'no') throw new ReachabilityError(this.explain(from, to, port));
  }

  /**
   * Asserts that exactly these clients, of those that the stack declares, reach a server at a port.
   *
   * @throws ReachabilityError with the clients that differ
   */
  public expectOnlyFrom(to: string, port: PortText, clients: readonly string[]): void {
    const found = this.clientsOf(to, port, { platform: false });
    const wanted = [...clients].sort();
    if (found.join() === wanted.join()) return;
    const unexpected = found.filter((name) => !wanted.includes(name));
    const missing = wanted.filter((name) => !found.includes(name));
    throw new ReachabilityError(
      [
        `expected ${wanted.length > 0 ? `only ${wanted.join(', ')}` : 'no client'} to reach ${to} at ${port}, found ${found.join(', ') || 'none'}`,
        ...[...unexpected, ...missing].map((name) => this.explain(name, to, port)),
      ].join('\n'),
    );
  }

  /**
   * Asserts that no client at all reaches a server at a port, or may reach it.
   *
   * @throws ReachabilityError with the clients that do
   */
  public expectUnreachable(to: string, port: PortText): void {
    const found = this.clientsOf(to, port);
    if (found.length === 0) return;
    throw new ReachabilityError(
      [
        `expected no client to reach ${to} at ${port}, found ${found.join(', ')}`,
        ...found.map((name) => this.explain(name, to, port)),
      ].join('\n'),
    );
  }

  /** Formats the answer, with the rules that decide. */
  private explain(from: string, to: string, port: PortText): string {
    const { sentence, steps, note, remediation } = this.proof.explain(from, to, parsePort(port));
    const further = note === undefined ? [] : [`  ${note}`];
    return [
      sentence,
      ...steps.map(({ text }) => `  ${text}`),
      ...further,
      ...(remediation === undefined ? [] : [`  remediation: ${remediation}`]),
    ].join('\n');
  }
}

function parsePort(port: PortText): PortNumber {
  if (typeof port === 'number') return { protocol: 'tcp', number: port };
  const [protocol, number] = port.split('/');
  return { protocol: protocol === 'udp' ? 'udp' : 'tcp', number: Number(number) };
}
