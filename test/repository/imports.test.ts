import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const lib = path.join(__dirname, '..', '..', 'lib');

/** Whoever runs jest on compiled CommonJS cannot load a file that calls `import()`: the sandbox is for such tests. */
test('nothing in lib is loaded by import()', () => {
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const calling = files.filter((file) => /(await|return|=>|=)\s+import\(/.test(readFileSync(path.join(lib, file), 'utf8')));
  expect(files.length).toBeGreaterThan(100);
  expect(calling).toEqual([]);
});
