import { Command, InvalidArgumentError, Option } from 'commander';
import { ReportedError } from '../core/reported-error';
import type * as Proof from '../reachability';
import { RedactedOutput } from './redacted-output';
import { readJson, readStack, reportingErrors, synthesize } from './synthesized-stack';

interface ReachOptions {
  readonly from?: string;
  readonly to?: string;
  readonly port?: Proof.PortNumber;
  readonly base?: string;
  readonly plan?: string;
  readonly focus?: string;
  readonly format?: Format;
  readonly json: boolean;
  readonly synth: boolean;
  readonly outDir: string;
}

/** Formats of the matrix. */
const FORMATS = ['table', 'csv', 'dot', 'json'] as const;
type Format = (typeof FORMATS)[number];

/** `gke-platform reach`: analyses the reachability in a stack from its synthesized output. */
export function reachCommand(): Command {
  return new Command('reach')
    .description('Show the reachable endpoints of a stack before it is deployed, and explain one connection.')
    .argument('<stack>', 'id of the stack, as in cdktf deploy')
    .option('--from <name>', 'client: a workload, a VM instance, a ring, internet, "other pods", ...')
    .option('--to <name>', 'server, or the host name of a load balancer')
    .option('--port <port>', 'port of the server itself, such as 9042, udp/53, sctp/3868 or icmp, also behind a load balancer', parsePort)
    .option('--base <folder>', 'synthesized output to compare with: connections that were opened or closed')
    .option('--plan <file>', 'use the planned values of this plan (terraform show -json)')
    .option('--focus <name>', 'show the connections of one endpoint only, from and to it')
    .addOption(new Option('--format <format>', 'format of the matrix (default: table)').choices(FORMATS))
    .option('--json', 'print the result as JSON', false)
    .option('--no-synth', 'use the existing synthesized output')
    .option('--out-dir <folder>', 'folder of the synthesized output', 'cdktf.out')
    .addHelpText(
      'after',
      `
Exit codes: 0 shown, and with --port: reachable; 1 failed; 2 with --port: not reachable, or undetermined.

Examples:
  gke-platform reach staging
  gke-platform reach staging --from parking-sessions --to cassandra --port 9042
  gke-platform reach staging --from internet --to gateway --port 9898
  gke-platform reach staging --focus cassandra
  gke-platform reach staging --format csv > reachability.csv
  gke-platform reach staging --base ../main/cdktf.out`,
    )
    .action((stack: string, options: ReachOptions) => reportingErrors(() => reach(stack, options)));
}

function reach(stack: string, options: ReachOptions): void {
  const proof = require('../reachability') as typeof Proof;
  if (options.synth) synthesize(options.outDir);
  const synthesized = readStack(options.outDir, stack);
  const plan = options.plan === undefined ? undefined : readJson(options.plan);
  const head = options.plan === undefined ? proof.Reachability.read(synthesized) : readPlan(proof, options.plan, plan, synthesized);
  const output = RedactedOutput.of(synthesized, plan);

  const asked = [options.from, options.to, options.port].filter((option) => option !== undefined).length;
  const format = options.format ?? (options.json ? 'json' : 'table');
  const json = format === 'json';
  if (options.json && !json) throw new ReportedError(`'--format' must be json with --json, got ${format}`);
  if (asked > 0 || options.base !== undefined) {
    const mode = asked > 0 ? '--from, --to and --port' : '--base';
    if (format === 'csv' || format === 'dot') throw new ReportedError(`'--format' must be table or json with ${mode}, got ${format}`);
    if (options.focus !== undefined) throw new ReportedError(`'--focus' must be given without ${mode}`);
  }
  if (asked > 0) {
    explainOne(proof, head, { ...options, json }, output);
  } else if (options.base !== undefined) {
    showChanges(proof.Reachability.read(readStack(options.base, stack)), head, json, output);
  } else {
    showMatrix(proof, options.focus === undefined ? head : head.focusOn(options.focus), stack, format, output);
  }
}

function showMatrix(proof: typeof Proof, view: Proof.ReachabilityView, stack: string, format: Format, output: RedactedOutput): void {
  switch (format) {
    case 'json':
      output.printJson(proof.createReport(view));
      break;
    case 'csv':
      output.print(proof.renderCsv(view).replace(/\n$/, ''));
      break;
    case 'dot':
      output.print(proof.renderDot(proof.createTopology(view, stack)).replace(/\n$/, ''));
      break;
    default:
      output.print(proof.renderTable(view, { width: Math.max(100, process.stdout.columns ?? 0), colours: hasColours() }));
  }
}

function readPlan(
  { Reachability, TerraformDocumentError }: typeof Proof,
  file: string,
  plan: unknown,
  synthesized: unknown,
): Proof.Reachability {
  try {
    return Reachability.read(plan, synthesized);
  } catch (error) {
    throw error instanceof TerraformDocumentError ? new ReportedError(`'${file}' is ${error.message}`) : error;
  }
}

function explainOne(
  { createStyles }: typeof Proof,
  head: Proof.Reachability,
  { from, to, port, json }: ReachOptions,
  output: RedactedOutput,
): void {
  if (from === undefined || to === undefined || port === undefined)
    throw new ReportedError('--from, --to and --port must be given together');
  const { answer, sentence, steps, through, note, remediation } = head.explain(from, to, port);
  process.exitCode = answer === 'yes' ? 0 : 2;
  if (json) {
    const { notes } = head;
    output.printJson({
      answer,
      sentence,
      steps,
      through: through && { name: through.balancer.label, ports: through.ports.list() },
      note,
      remediation,
      notes,
    });
    return;
  }
  const style = createStyles(hasColours());
  const marks = { yes: style.good('✓'), no: style.bad('✗'), unknown: style.warn('?') };
  output.print(style.bold(sentence));
  for (const step of steps) output.print(`  ${marks[step.answer]} ${step.text}`);
  if (note !== undefined) output.print(`\n${note}`);
  if (remediation !== undefined) output.print(`\nRemediation: ${style.bold(remediation)}`);
  if (head.notes.length > 0) output.print(['\nNot evaluated:', ...head.notes.map((text) => `  - ${text}`)].join('\n'));
}

function showChanges(base: Proof.Reachability, head: Proof.Reachability, json: boolean, output: RedactedOutput): void {
  const changes = head.comparedTo(base);
  if (json) {
    output.printJson(changes.map(({ ports, ...change }) => ({ ...change, ports: ports.list() })));
    return;
  }
  if (changes.length === 0) output.print('No changes.');
  for (const { kind, sentence } of changes) output.print(`${kind === 'opened' ? '+' : '-'} ${sentence}`);
}

function parsePort(text: string): Proof.PortNumber {
  const { parsePort: parse } = require('../reachability') as typeof Proof;
  const port = parse(text);
  if (port === undefined) throw new InvalidArgumentError('must be a port from 1 to 65535, such as 9042, udp/53 or sctp/3868, or icmp.');
  return port;
}

function hasColours(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR;
}
