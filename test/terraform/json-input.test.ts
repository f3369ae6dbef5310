import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { TerraformDocument } from '../../lib/terraform/document';
import { parseJsonFile, parseJsonOutput } from '../../lib/terraform/json-input';
import { Plan } from '../../lib/terraform/plan';

const PLAN = '{"format_version": "1.2", "resource_changes": [], "note": "é 日本 🚀"}';

const swap = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each<[string, Buffer]>([
  ['UTF-8', Buffer.from(PLAN)],
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${PLAN}`)],
  ['UTF-16', Buffer.from(`\ufeff${PLAN}`, 'utf16le')],
  ['UTF-16, big endian', swap(`\ufeff${PLAN}`)],
  ['UTF-16 without a byte order mark', Buffer.from(PLAN, 'utf16le')],
  ['UTF-16, big endian, without a byte order mark', swap(PLAN)],
  ['lines of Windows', Buffer.from(PLAN.replace(/: /g, ':\r\n'))],
])('a file in %s is read', (_, content) => {
  expect(parseJsonFile(content)).toEqual(JSON.parse(PLAN));
});

const CREATE = 'run terraform plan -out=plan, then terraform show -json plan > plan.json';
const UNWRAP = 'run terraform-bin instead of terraform, or set terraform_wrapper: false in the action setup-terraform';
const LOG = '{"@level":"info","@message":"Terraform 1.11.4","@module":"terraform.ui","type":"version"}\n';

test.each<[string, Buffer | string, string]>([
  ['nothing', '', `must be JSON, got an empty file: ${CREATE}`],
  ['blank lines', '\r\n \n', `must be JSON, got an empty file: ${CREATE}`],
  ['a byte order mark alone', '\ufeff', `must be JSON, got an empty file: ${CREATE}`],
  [
    'a saved plan',
    Buffer.from('PK\x03\x04\x14\x00tfplan', 'latin1'),
    'must be JSON, got a saved plan or another ZIP archive: run terraform show -json on the saved plan, in the folder of its configuration',
  ],
  ['gzip', gzipSync(PLAN), 'must be JSON, got gzip: run gunzip on it'],
  [
    'a first line of the wrapper',
    `[command]/bin/terraform-bin show\n${PLAN}\n`,
    `must be JSON, got a line of a wrapper of Terraform ("[command]/bin/terraform-bin sh"): ${UNWRAP}`,
  ],
  [
    'a last line of the wrapper',
    `${PLAN}\n::debug::Terraform exited with code 0.\n`,
    `must be JSON, got a line of a wrapper of Terraform ("::debug::Terraform exited with"): ${UNWRAP}`,
  ],
  ['a first line of the debug log', `::debug::stdout: \n${PLAN}`, UNWRAP],
  ['a command of a workflow', `::add-mask::***\r\n${PLAN}`, UNWRAP],
  ['lines of the wrapper in UTF-16', Buffer.from(`\ufeff[command]x\r\n${PLAN}`, 'utf16le'), UNWRAP],
  ['a log', `${LOG}${LOG}`, `must be the JSON of a plan, got the log of terraform plan -json or apply -json: ${CREATE}`],
  ['a log of one line', LOG, `must be the JSON of a plan, got the log of terraform plan -json or apply -json: ${CREATE}`],
  [
    'a text of a plan',
    'Terraform will perform the following actions:\n\n  # a.b will be created\n',
    `must be JSON, got text for readers: ${CREATE}`,
  ],
  [
    'a text with colors',
    '\u001b[0m\u001b[1mgoogle_compute_network.a: Refreshing state... [id=x]\u001b[0m\n',
    `must be JSON, got text for readers: ${CREATE}`,
  ],
  ['no changes', 'No changes. Your infrastructure matches the configuration.\n', `must be JSON, got text for readers: ${CREATE}`],
  ['binary content', Buffer.from([0x89, 0x50, 0xff, 0xfe, 0x00]), 'must be UTF-8 or UTF-16, got binary content'],
  ['UTF-32', Buffer.from('\ufeff\0{\0\0\0', 'utf16le'), 'must be UTF-8 or UTF-16, got binary content'],
  ['half of a plan', PLAN.slice(0, 30), 'must be JSON: expected'],
  ['HCL', 'resource "a" "b" {}', 'must be JSON: expected a value'],
])('%s is refused in one sentence with the command to run', (_, content, message) => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  expect(() => parseJsonFile(bytes)).toThrow(expect.objectContaining({ message: expect.stringContaining(message) }));
  expect(() => parseJsonFile(bytes)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('\n') }));
});

test('the output of a command has the same explanations', () => {
  expect(() => parseJsonOutput(`::debug::x\n${PLAN}`)).toThrow(UNWRAP);
  expect(parseJsonOutput(PLAN)).toMatchObject({ format_version: '1.2' });
});

test('any JSON is read in any encoding, and any bytes are JSON or a reported error', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const document = `{"a": ${text}}`;
      const expected: unknown = JSON.parse(document);
      for (const content of [Buffer.from(document), Buffer.from(`\ufeff${document}`, 'utf16le'), swap(document)])
        expect(parseJsonFile(content)).toEqual(expected);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        parseJsonFile(bytes);
      } catch (error) {
        expect((error as Error).name).toMatch(/^(ReportedError|TerraformDocumentError)$/);
      }
    }),
  );
});

test.each<[string, object]>([
  ['terraform show -json', { format_version: '1.0', terraform_version: '1.11.4', values: { root_module: {} } }],
  ['terraform show -json without resources', { format_version: '1.0' }],
  ['a state file', { version: 4, terraform_version: '1.11.4', serial: 1, lineage: 'x', outputs: {}, resources: [] }],
])('the state of %s is no plan and no stack', (_, json) => {
  expect(() => Plan.read(json)).toThrow(`not a plan, but a state: ${CREATE}`);
  expect(() => TerraformDocument.read(json)).toThrow(`neither a synthesized stack nor a plan, but a state: ${CREATE}`);
});
