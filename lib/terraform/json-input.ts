import { decodeText } from '../core/decode-text';
import { TerraformDocumentError } from './errors';
import { parseJson } from './json';
import { isBlock } from './values';

/** Commands that create the JSON of a plan. */
export const CREATE_PLAN_JSON = 'run terraform plan -out=plan, then terraform show -json plan > plan.json';

/**
 * Parses a JSON file that a user names, in UTF-8 or UTF-16. Other outputs of Terraform are recognized, and the message has the command that
 * creates JSON.
 *
 * @throws TerraformDocumentError when the content is not JSON, or the log of a command
 */
export function parseJsonFile(content: Uint8Array): unknown {
  const archive = ARCHIVES.find(({ start }) => start.every((byte, index) => content[index] === byte));
  if (archive) throw new TerraformDocumentError(archive.problem);
  return parseJsonOutput(decodeText(content));
}

/**
 * Parses the JSON output of a command.
 *
 * @throws TerraformDocumentError when the output is not JSON, or a log
 */
export function parseJsonOutput(text: string): unknown {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (error) {
    const problem = explain(text);
    throw problem === undefined ? error : new TerraformDocumentError(problem);
  }
  if (isBlock(json) && '@level' in json) throw new TerraformDocumentError(LOG);
  return json;
}

/** Files that are not text, by their first bytes. */
const ARCHIVES: readonly { readonly start: readonly number[]; readonly problem: string }[] = [
  {
    start: [0x50, 0x4b, 0x03, 0x04],
    problem:
      'must be JSON, got a saved plan or another ZIP archive: run terraform show -json on the saved plan, in the folder of its configuration',
  },
  { start: [0x1f, 0x8b], problem: 'must be JSON, got gzip: run gunzip on it' },
];

const LOG = `must be the JSON of a plan, got the log of terraform plan -json or apply -json: ${CREATE_PLAN_JSON}`;

/** Lines that the wrapper of the action setup-terraform writes before and after the output of Terraform. */
const WRAPPER_LINE = /^(?:\[command\]|::[a-z-]+[ :]|##\[).*$/m;

/** Lines of the text that Terraform writes for readers, without or with colors. */
const PLAN_TEXT =
  /^(?:\S*\[[\d;]*m)*(?:Terraform (?:used the selected|will perform|planned the following)|Plan: \d+ to |No changes\. |Note: Objects have changed|\S+: (?:Refreshing state|Reading)\.\.\.|The state file is empty|No state\.)/m;

/** Explains text that is not JSON; undefined for text that is none of the outputs of Terraform. */
function explain(text: string): string | undefined {
  if (text.trim() === '') return `must be JSON, got an empty file: ${CREATE_PLAN_JSON}`;
  const wrapper = WRAPPER_LINE.exec(text)?.[0];
  if (wrapper !== undefined) {
    return (
      `must be JSON, got a line of a wrapper of Terraform (${JSON.stringify(wrapper.trimEnd().slice(0, 30))}): ` +
      'run terraform-bin instead of terraform, or set terraform_wrapper: false in the action setup-terraform'
    );
  }
  if (/^\s*\{"@level":/.test(text)) return LOG;
  if (text.startsWith('tfplan')) return ARCHIVES[0]!.problem;
  return PLAN_TEXT.test(text) ? `must be JSON, got text for readers: ${CREATE_PLAN_JSON}` : undefined;
}
