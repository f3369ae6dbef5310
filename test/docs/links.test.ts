import { existsSync } from 'node:fs';
import path from 'node:path';
import { API_PAGES, DOCUMENTS, filesBelow, GUIDES, listAnchors, prose, ROOT, read } from './documents';

/** Targets of the links and pictures of a document, but for addresses of the web. */
function targetsIn(file: string): string[] {
  return [...prose(read(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter((target) => !/^[a-z]+:/.test(target));
}

/** Links to a missing file, or to a missing heading. */
function brokenLinks(file: string): string[] {
  return targetsIn(file).filter((target) => {
    const [relative, anchor] = target.split('#');
    const linked = relative ? path.join(path.dirname(file), relative) : file;
    if (!existsSync(path.join(ROOT, linked))) return true;
    return anchor !== undefined && !listAnchors(read(linked)).includes(anchor);
  });
}

test.each(DOCUMENTS)('links of %s lead to files and headings that exist', (file) => {
  expect(brokenLinks(file)).toEqual([]);
});

test('links between the pages of the API reference lead to pages and headings that exist', () => {
  expect(API_PAGES.length).toBeGreaterThan(100);
  expect(API_PAGES.flatMap((file) => brokenLinks(file).map((target) => `${file}: ${target}`))).toEqual([]);
});

test('documents that code, workflows and templates name exist', () => {
  const folders = ['lib', 'stacks', 'environments', 'scripts', 'bench', 'test', 'template', '.github', '.ci'];
  const files = [...folders.flatMap(filesBelow), 'package.json', 'jest.config.js', ...DOCUMENTS];
  const named = files.flatMap((file) =>
    [...read(file).matchAll(/(?<![\w./-])(?:node_modules\/cdktf-gke-platform\/)?(docs\/[\w./-]+\.(?:md|svg|png))/g)].map(
      ([, document]) => `${file} names ${document}`,
    ),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((line) => !existsSync(path.join(ROOT, line.split(' names ')[1]!)))).toEqual([]);
});

test('the README lists every guide, and the list of decisions every decision', () => {
  const guides = GUIDES.filter((file) => path.dirname(file) === 'docs');
  expect(guides.filter((file) => !targetsIn('README.md').includes(file))).toEqual([]);
  const decisions = GUIDES.filter((file) => /^docs\/decisions\/\d/.test(file)).map((file) => path.basename(file));
  expect(targetsIn('docs/decisions/README.md')).toEqual(decisions);
});

test('decisions are numbered, and have context, decision and consequences', () => {
  const decisions = GUIDES.filter((file) => /^docs\/decisions\/\d/.test(file));
  const list = read('docs/decisions/README.md');
  decisions.forEach((file, index) => {
    const text = read(file);
    expect(path.basename(file)).toMatch(new RegExp(`^${String(index + 1).padStart(3, '0')}-`));
    const [, title] = /^# \d+\. (.+)\n/.exec(text)!;
    expect(list).toContain(`| ${index + 1} | [${title}](`);
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(['Context', 'Decision', 'Consequences']);
  });
});
