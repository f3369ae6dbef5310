import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { compareCosts, estimateCost } from '../../lib/cost';
import { guard } from '../../lib/guard';
import { checkPolicy } from '../../lib/policy/reading';
import { html } from '../../lib/preview/html';
import { createReport } from '../../lib/preview/report';
import { describeWithBrowser } from '../support/browser';
import { createChange, createPlan } from './plans';

const HOSTILE = `"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'\`{{7*7}}`;
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>';

const disk = { name: 'data', size: 100, type: 'pd-ssd', note: HOSTILE };
const plan = createPlan(
  createChange('google_compute_disk', 'Cassandra_b_Disk_D2F8C49C', { actions: ['delete'], before: disk }),
  createChange('google_compute_instance', 'Cassandra_b_65C830E8', {
    actions: ['update'],
    before: { machine_type: 'n2-standard-2' },
    after: { machine_type: 'n2-standard-4', text: 'one\ntwo' },
  }),
  createChange('google_compute_network', 'Network_1C6012B5', {
    actions: ['create'],
    after: { name: HOSTILE, auto_create_subnetworks: false },
  }),
  createChange('google_compute_subnetwork', 'Network_Sub_1C6012B6', { actions: ['create'], after: { name: 'sub' } }, { index: HOSTILE }),
);
const configuration = { resource: { google_compute_subnetwork: { Sub: { name: HOSTILE } } } };

const page = html(
  createReport({
    plan,
    stack: 'staging',
    guard: guard(plan),
    policy: checkPolicy(configuration),
    cost: compareCosts(undefined, estimateCost(configuration)),
    picture: PICTURE,
    removedStacks: [HOSTILE],
    reachability: [],
  }),
);

describeWithBrowser('the report as a page', (browser) => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'page '));
    file = path.join(folder, 'preview.html');
    writeFileSync(file, page);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Opens it as a file, as a reviewer would, and holds on to what it asks for and complains about. */
  const opened = async (options: Parameters<ReturnType<typeof browser>['newPage']>[0] = {}) => {
    const view = await browser().newPage(options);
    const requests: string[] = [];
    const complaints: string[] = [];
    view.on('request', (request) => requests.push(request.url()));
    view.on('console', (message) => complaints.push(message.text()));
    view.on('pageerror', (error) => complaints.push(error.message));
    await view.goto(pathToFileURL(file).href);
    return { view, requests, complaints };
  };

  const shown = (view: Page) => view.locator('#changes .entry:visible').count();
  const said = (view: Page) => view.locator('.filters output').textContent();

  test('sends no request, logs no error, and runs no script from a plan', async () => {
    const { view, requests, complaints } = await opened();
    await view.getByRole('button', { name: 'Open all' }).click();
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(file).href]);
    expect(complaints).toEqual([]);
    expect(await view.evaluate('window.hacked')).toBeUndefined();
    expect(await view.locator('#changes img').count()).toBe(0);
    // It is there, as text.
    expect(await view.locator('main').textContent()).toContain(HOSTILE);
    // Injected markup does not run either.
    await view.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="nowhere:" onerror="window.hacked=2">')`);
    await view.waitForTimeout(100);
    expect(await view.evaluate('window.hacked')).toBeUndefined();
    await view.close();
  });

  test('filters by risk, by action, and by construct or address', async () => {
    const { view } = await opened();
    expect([await shown(view), await said(view)]).toEqual([4, '4 changes']);
    await view.getByRole('checkbox', { name: /^add/ }).uncheck();
    expect([await shown(view), await said(view)]).toEqual([2, '2 of 4 changes']);
    await view.getByRole('checkbox', { name: /^add/ }).check();
    await view.getByRole('checkbox', { name: /^delete/ }).uncheck();
    expect([await shown(view), await said(view)]).toEqual([3, '3 of 4 changes']);
    await view.getByRole('searchbox').fill('cassandra INSTANCE');
    expect([await shown(view), await said(view)]).toEqual([1, '1 of 4 changes']);
    // Groups without anything to show are gone, too.
    expect(await view.locator('#changes .group:visible').count()).toBe(1);
    await view.close();
  });

  test('expands and collapses changes, and shows the diagram', async () => {
    const { view } = await opened();
    const table = view.locator('#changes .entry', { hasText: 'machine_type' }).locator('table');
    expect(await table.isVisible()).toBe(false);
    await view.getByRole('button', { name: 'Open all' }).click();
    expect(await table.isVisible()).toBe(true);
    expect(await table.textContent()).toMatch(/n2-standard-2\s*n2-standard-4/);
    await view.getByRole('button', { name: 'Close all' }).click();
    expect(await table.isVisible()).toBe(false);
    await view.locator('summary', { hasText: 'Reachability after the change' }).click();
    expect(await view.locator('img.picture').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(10);
    await view.close();
  });

  test('is usable with the keyboard only, and shows the focus', async () => {
    const { view } = await opened();
    const summary = view.locator('#changes summary', { hasText: 'is updated in place' }).first();
    await summary.focus();
    await view.keyboard.press('Enter');
    expect(await summary.locator('..').getAttribute('open')).toBe('');
    const order: string[] = [];
    await view.locator('input[type=checkbox]').first().focus();
    for (let step = 0; step < 12; step++) {
      order.push(await view.evaluate('document.activeElement.name || document.activeElement.tagName'));
      await view.keyboard.press('Tab');
    }
    expect(order.slice(0, 9)).toEqual(['risk', 'risk', 'risk', 'action', 'action', 'action', 'text', 'open', 'close']);
    await view.locator('input[type=search]').focus();
    await view.keyboard.type('subnetwork');
    await view.keyboard.press('Enter');
    expect(await shown(view)).toBe(1);
    // Every control has a name for those who hear the page.
    expect(
      await view
        .locator('input:not([type=checkbox]), button')
        .evaluateAll((all) =>
          all.every((each) => (each as unknown as { labels?: { length: number }; textContent: string }).labels?.length || each.textContent),
        ),
    ).toBe(true);
    await view.close();
  });

  test('fits a phone: only tables are wider than the screen', async () => {
    const { view } = await opened({ viewport: { width: 360, height: 740 } });
    await view.getByRole('button', { name: 'Open all' }).click();
    expect(await view.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await view.close();
  });

  test('follows the preferred color scheme, with sufficient contrast in both', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { view } = await opened({ colorScheme });
      const colours = (await view.evaluate(
        `[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]`,
      )) as string[];
      const [text, back] = colours.map(luminance) as [number, number];
      expect(back > 0.5).toBe(colorScheme === 'light');
      // WCAG AAA.
      expect((Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05)).toBeGreaterThan(7);
      await view.close();
    }
  });

  test('shows all content without scripts, and no inactive filter', async () => {
    const context = await browser().newContext({ javaScriptEnabled: false });
    const view = await context.newPage();
    await view.goto(pathToFileURL(file).href);
    expect(await shown(view)).toBe(4);
    expect(await view.locator('.filters').isVisible()).toBe(false);
    await context.close();
  });
});

/** Relative luminance of a colour, as WCAG has it. */
function luminance(colour: string): number {
  const [r, g, b] = colour.match(/\d+/g)!.map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

test('the images of the guide exist and are not too large', () => {
  const guide = readFileSync(path.join(__dirname, '../../docs/preview.md'), 'utf8');
  for (const name of ['preview-markdown.png', 'preview-page.png']) {
    expect(guide).toContain(`(${name})`);
    expect(readFileSync(path.join(__dirname, '../../docs', name)).length).toBeLessThan(400_000);
  }
});
