import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type DefaultTheme, defineConfig } from 'vitepress';

/** Copy of the documents, see pages.mjs. */
const PAGES = path.join(import.meta.dirname, '..', 'pages');

/** Title of a page: its first heading, without "Class:" and the like. */
function titleOf(file: string): string {
  const [, title] = /^# (.+)$/m.exec(readFileSync(path.join(PAGES, file), 'utf8')) ?? [];
  return (title ?? file).replace(/^(Class|Function|Interface|Type Alias|Variable): /, '').replaceAll('\\', '');
}

const page = (file: string): DefaultTheme.SidebarItem => ({ text: titleOf(file), link: `/${file.replace(/(index)?\.md$/, '')}` });

/** Pages of a folder, by their file names. */
function pagesIn(folder: string): DefaultTheme.SidebarItem[] {
  const names = readdirSync(path.join(PAGES, folder)).filter((name) => name.endsWith('.md') && name !== 'index.md');
  return names.sort().map((name) => page(`${folder}/${name}`));
}

/** Guides in the order of the README. */
function guides(): DefaultTheme.SidebarItem[] {
  const links = readFileSync(path.join(PAGES, 'index.md'), 'utf8').matchAll(/^\| \[.+?\]\((docs\/[\w-]+\.md)\)/gm);
  return [...links].map(([, file]) => page(file!));
}

/** Pages of an entry point of the library, by kind. */
function apiPages(entryPoint: string): DefaultTheme.SidebarItem {
  const folder = `docs/reference/api/${entryPoint}`;
  const kinds = readdirSync(path.join(PAGES, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return {
    text: entryPoint,
    link: `/${folder}/`,
    collapsed: true,
    items: kinds.map(({ name }) => ({ text: name.replace('-', ' '), collapsed: true, items: pagesIn(`${folder}/${name}`) })),
  };
}

export default defineConfig({
  title: 'cdktf-gke-platform',
  description: 'CDK for Terraform constructs for a private GKE cluster and Cassandra on VM instances',
  head: [
    ['link', { rel: 'icon', href: 'data:,' }],
    // Room for tables of props.
    ['style', {}, '.VPDoc.has-aside .content-container { max-width: 900px !important; }'],
  ],
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: 'node_modules/.cache/vitepress',
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  markdown: {
    anchor: {
      // As on GitHub.
      slugify: (heading) =>
        heading
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, '')
          .replace(/\s/g, '-'),
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guides', link: '/docs/architecture' },
      { text: 'Command line', link: '/docs/reference/cli' },
      { text: 'API', link: '/docs/reference/api/' },
    ],
    sidebar: {
      '/docs/reference/api/': [{ text: 'API', link: '/docs/reference/api/', items: ['constructs', 'sandbox', 'testing'].map(apiPages) }],
      '/': [
        { text: 'Guides', items: guides() },
        { text: 'Reference', items: [page('docs/reference/cli.md'), page('docs/reference/api/index.md')] },
        { text: 'Decisions', collapsed: true, link: '/docs/decisions/', items: pagesIn('docs/decisions') },
        { text: 'Project', items: ['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].map(page) },
      ],
    },
    outline: { level: [2, 3] },
  },
});
