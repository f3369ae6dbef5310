// Copies the documents of the repository to pages/, from which the site is built: its packages are found from there.
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..');
const PAGES = path.join(import.meta.dirname, 'pages');

rmSync(PAGES, { recursive: true, force: true });
mkdirSync(PAGES);
for (const name of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs']) {
  cpSync(path.join(ROOT, name), path.join(PAGES, name), { recursive: true });
}

// A folder is introduced by its README on GitHub, by its index on the site.
for (const entry of readdirSync(PAGES, { recursive: true, withFileTypes: true })) {
  if (!entry.name.endsWith('.md')) continue;
  const file = path.join(entry.parentPath, entry.name);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(\]\([^)\s]*)README\.md/g, '$1index.md'));
  if (entry.name === 'README.md') renameSync(file, path.join(entry.parentPath, 'index.md'));
}
