import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Testing } from 'cdktf';
import { production } from '../../environments';
import { describeSaving, estimateCost, formatBand, PRICES } from '../../lib/cost';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { written } from '../support/written';

const guide = readFileSync(path.join(__dirname, '../../docs/cost.md'), 'utf8').replace(/\s+/g, ' ');

const sentence = (pattern: RegExp): string => pattern.exec(guide)?.[0] ?? 'is not in the guide';

test('the savings of production in the guide are those of the estimate', () => {
  const { name, ...values } = production;
  const cost = estimateCost(written(new EnvironmentStack(Testing.app(), name, values)));
  const [, expected, least, most] = /^(\$[\d,]+) \((\$[\d,]+) to (\$[\d,]+)\)$/.exec(formatBand(cost.total!))!;
  expect(sentence(/\$[\d,]+ are expected, between \$[\d,]+ and \$[\d,]+/)).toBe(`${expected} are expected, between ${least} and ${most}`);
  const [, unscaled, ofNodes, ofAll] = /would cost (\$[\d,]+): autoscaling saves (\d+ %) of that, and (\d+ %) of the total/.exec(
    describeSaving(cost)!,
  )!;
  expect(sentence(/would cost \S+ a month if they never scaled.*? bill\*\*/)).toBe(
    `would cost ${unscaled} a month if they never scaled, and scaling saves **${ofNodes} of that, or ${ofAll} of the whole bill**`,
  );
});

test('a pool that saves 60 percent is estimated to save 60 percent', () => {
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
  const pool = {
    location: 'us-central1',
    node_locations: ['us-central1-a', 'us-central1-b'],
    autoscaling: { total_min_node_count: 2, total_max_node_count: 10 },
    node_config: { machine_type: 'e2-standard-4', disk_size_gb: 100, disk_type: 'pd-balanced' },
    '//': { loadProfile: { otherwise: 0, periods: [{ days, fromHour: 9, toHour: 17, share: 1 }] } },
  };
  const { pools } = estimateCost({ resource: { google_container_node_pool: { Apps: pool } } });
  const saved = Math.round(100 * (1 - pools.expected / pools.withoutScaling));
  expect(sentence(/busy 40 hours a week and idle otherwise \(.*?\)/)).toBe(`busy 40 hours a week and idle otherwise (${saved} %)`);
});

test('the guide lists the date and the regions of the prices, and the assumption on snapshots', () => {
  expect(guide).toContain(
    `of ${PRICES.date} for ${Object.keys(PRICES.regions)
      .map((region) => `\`${region}\``)
      .join(' and ')}`,
  );
  const { full, changedADay } = PRICES.snapshotUse;
  const [least, expected, most] = full.map((share, index) => [`${share * 100} %`, `${changedADay[index]! * 100} %`] as const);
  expect(guide).toContain(`| ${least![0]} full, ${least![1]} of that changes in a day | ${expected!.join(', ')} | ${most!.join(', ')} |`);
});
