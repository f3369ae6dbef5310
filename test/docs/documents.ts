import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Root folder of the repository. */
export const ROOT = path.join(__dirname, '..', '..');

/** Content of a file of the repository. */
export function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** Files below a folder, by their path in the repository. */
export function filesBelow(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file))
    .sort();
}

const isMarkdown = (file: string): boolean => file.endsWith('.md');

const PAGES = filesBelow('docs').filter(isMarkdown);
const isApiPage = (file: string): boolean => file.startsWith('docs/reference/api/');

/** Pages that are generated from the doc comments of the library. */
export const API_PAGES: readonly string[] = PAGES.filter(isApiPage);

/** Guides, decisions and the reference of the command line. */
export const GUIDES: readonly string[] = PAGES.filter((file) => !isApiPage(file));

/** All documents for readers of the repository. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...GUIDES,
  ...[...filesBelow('.github'), ...filesBelow('template')].filter(isMarkdown),
];

/** Text of a document without its blocks of code. */
export function prose(text: string): string {
  return text.replace(/^( *)```[\s\S]*?^\1```$/gm, '');
}

/** Anchors of a document: of its headings, as GitHub makes them, and those that it names. */
export function listAnchors(text: string): string[] {
  const seen = new Map<string, number>();
  const named = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!);
  const headings = [...prose(text).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading]) => {
    const slug = heading!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return [...named, ...headings];
}
