import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import MarkdownIt from 'markdown-it';
import { installedBrowser, launch } from './browser';
import { Story } from './story';

// Takes the screenshots of docs/preview.md: a real preview of the story's changes to staging, as Markdown rendered by GitHub's rules and as a page.

const root = path.join(__dirname, '../..');
const command = path.join(root, 'dist/lib/cli/main.js');

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const executable = installedBrowser();
  if (executable === undefined) throw new Error('the pictures are made with Chromium: install it, or name it in CHROMIUM');
  const story = new Story(root);
  try {
    run(story, 'preview', 'staging', '--out', 'first.md');
    run(story, 'deploy', 'staging');
    story.change();
    run(story, 'preview', 'staging', '--json', 'renamed.json', '--no-bundle');
    // Add the `moved` block that the first report recommends for the rename.
    const { renames } = JSON.parse(story.read('renamed.json')) as { renames: { from: string; to: string }[] };
    story.move(renames.map(({ from, to }) => ({ from, to })));
    run(story, 'preview', 'staging', '--out', 'preview.md', '--html', 'preview.html');
    const browser = await launch(executable);
    try {
      const picture = async (html: string, file: string): Promise<void> => {
        const page = await browser.newPage({ viewport: { width: 1000, height: 1300 }, colorScheme: 'light' });
        await page.setContent(html);
        await page.screenshot({ path: path.join(root, 'docs', file) });
        await page.close();
      };
      await picture(asOnGitHub(story.read('preview.md')), 'preview-markdown.png');
      await picture(story.read('preview.html'), 'preview-page.png');
    } finally {
      await browser.close();
    }
  } finally {
    story.remove();
  }
}

/** Ignores the exit code: the guard refuses the plan, as intended. */
function run(story: Story, ...args: string[]): void {
  const { stderr, status } = spawnSync(process.execPath, [command, 'sandbox', process.execPath, command, ...args], {
    cwd: story.folder,
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', NO_COLOR: '1' },
  });
  process.stderr.write(stderr);
  if (status !== 0 && status !== 2) throw new Error(`gke-platform ${args.join(' ')} ended with ${status}`);
}

function asOnGitHub(markdown: string): string {
  const css = readFileSync(require.resolve('github-markdown-css/github-markdown-light.css'), 'utf8');
  const body = new MarkdownIt({ html: true, linkify: true }).render(markdown);
  return `<!doctype html><meta charset="utf-8"><style>${css} body { margin: 24px; }</style><article class="markdown-body">${body}</article>`;
}
