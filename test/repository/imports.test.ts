import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const lib = path.join(__dirname, '..', '..', 'lib');

/** Jest does not support `import()` in compiled CommonJS, and users run the sandbox in their Jest tests. */
test('no file of lib calls import()', () => {
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const calling = files.filter((file) => /(await|return|=>|=)\s+import\(/.test(readFileSync(path.join(lib, file), 'utf8')));
  expect(files.length).toBeGreaterThan(100);
  expect(calling).toEqual([]);
});
