import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createReport } from '../../lib/preview/report';
import { describeWithTerraform } from '../support/terraform';
import { makeCorpus } from './make-corpus';

const folder = path.join(__dirname, 'corpus');

describeWithTerraform('the corpus of plans', () => {
  test('equals the plans of the installed Terraform; UPDATE_CORPUS=1 writes them again', async () => {
    const corpus = await makeCorpus();
    if (process.env.UPDATE_CORPUS === '1') {
      for (const [name, made] of Object.entries(corpus)) {
        writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(made, undefined, 2)}\n`);
      }
    }
    expect(Object.keys(corpus).sort()).toEqual(
      readdirSync(folder)
        .map((file) => path.basename(file, '.json'))
        .sort(),
    );
    for (const [name, { line, plan }] of Object.entries(corpus)) {
      const kept = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));
      const { counts, countsAgree, groups } = createReport({ plan, planOutput: line });
      const before = createReport({ plan: kept.plan, planOutput: kept.line });
      expect([name, countsAgree]).toEqual([name, line === '' ? 'not checked' : 'yes']);
      expect([name, counts, groups.map(({ construct }) => construct)]).toEqual([
        name,
        before.counts,
        before.groups.map(({ construct }) => construct),
      ]);
    }
  });
});
