import { readTemplate, type TemplateReference } from '../../lib/terraform/template-expression';
import { readTemplatesWithHcl, testWithHcl } from './hcl-json/reader';
import { mutateTemplate, Random } from './mutations';

const SEED = Number(process.env.SEED || 1);
const COUNT = 20_000;

/** Reference in HashiCorp's notation, up to the first step that only the evaluation knows. */
function formatKnownPart({ root, path }: TemplateReference): string {
  const end = path.indexOf(undefined);
  return (end < 0 ? path : path.slice(0, end)).reduce<string>((text, step) => {
    if (typeof step === 'string') return `${text}.${step}`;
    return typeof step === 'number' ? `${text}[${step}]` : `${text}[${JSON.stringify(step!.key)}]`;
  }, root);
}

/** Tests that a reference is known to the reader, or a part of one of unknown length: a key with escape sequences is unknown to it. */
function isCovered(reference: string, references: readonly TemplateReference[]): boolean {
  return references.some((each) => {
    const known = formatKnownPart(each);
    return reference === known || (each.path.includes(undefined) && reference.startsWith(known));
  });
}

testWithHcl(`${COUNT} templates have the functions and references that HashiCorp's parser reads, or are refused`, () => {
  const templates = Array.from({ length: COUNT }, (_, index) => mutateTemplate(new Random(SEED + index)));
  const expected = readTemplatesWithHcl(templates);
  let [read, refused] = [0, 0];
  const problems = templates.flatMap((template, index) => {
    const { error, functions, references } = expected[index]!;
    let code: ReturnType<typeof readTemplate>;
    try {
      code = readTemplate(template);
    } catch (problem) {
      if ((problem as Error).name !== 'TemplateSyntaxError') throw problem;
      if (error === undefined) refused++;
      return [];
    }
    if (code.calls.length + code.references.length > 0) read++;
    const found = [[...new Set(code.calls)].sort(), [...new Set(code.references.map(formatKnownPart))].sort()];
    const isRead =
      error === undefined &&
      functions.every((name) => code.calls.includes(name)) &&
      references.every((reference) => isCovered(reference, code.references));
    // After a carriage return without a newline, the parser reads the rest of the literal part as text, expressions included.
    const isMore = found[0]!.length !== functions.length || found[1]!.some((known) => !references.some((each) => each.startsWith(known)));
    return isRead && (!isMore || /\r(?!\n)/.test(template))
      ? []
      : [
          `SEED=${SEED + index}: ${JSON.stringify(template)}: got ${JSON.stringify(found)}, ${error ?? JSON.stringify([functions, references])}`,
        ];
  });
  process.stderr.write(`${read} templates with code are read, ${refused} valid ones are refused\n`);
  expect(problems.slice(0, 20)).toEqual([]);
  // With fewer the comparison would show little.
  expect(read).toBeGreaterThan(COUNT / 5);
});
