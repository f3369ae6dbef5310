import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Files that match messages of Terraform, which has no error codes. */
const FOREIGN_MESSAGES = ['lib/deploy/deploy.ts', 'lib/deploy/lock.ts'];

test('no code depends on the name of an error class or on a message', () => {
  const sources = ['lib', 'environments', 'stacks', 'scripts'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
  const decides = (file: string): boolean =>
    /\bname [!=]== '\w*Error'|includes\(\w+\.name\)|'\w+Error'\]\.includes|\bmessage\??\.(startsWith|endsWith|includes|match|search)\(|\.(test|exec)\(\w+\.message\)/.test(
      readFileSync(join(ROOT, file), 'utf8'),
    );
  expect(sources.filter(decides).sort()).toEqual(FOREIGN_MESSAGES);
});
