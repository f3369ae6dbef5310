import type { Browser } from 'playwright-core';
import { installedBrowser, launch } from '../../scripts/browser';

/**
 * `describe`, for tests in a real browser. Without Chromium they are skipped with a message; with
 * `REQUIRE_BROWSER=1` they fail instead.
 */
export function describeWithBrowser(name: string, tests: (browser: () => Browser) => void): void {
  const executable = installedBrowser();
  if (executable !== undefined) {
    describe(name, () => {
      let browser: Browser;
      beforeAll(async () => {
        browser = await launch(executable);
      });
      afterAll(() => browser.close());
      tests(() => browser);
    });
  } else if (process.env.REQUIRE_BROWSER === '1') {
    test(`${name}: Chromium is installed`, () => {
      throw new Error('REQUIRE_BROWSER=1, and there is no Chromium');
    });
  } else {
    describe.skip(name, () => tests(() => undefined as never));
    process.stderr.write(`Chromium is not installed: the tests of '${name}' are skipped\n`);
  }
}
