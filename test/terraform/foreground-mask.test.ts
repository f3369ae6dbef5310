import { runInForeground } from '../../lib/terraform/foreground';

test('each line of output is masked, also the last one without an end, and the exit code is passed on', async () => {
  const printed: [string, string][] = [];
  for (const name of ['stdout', 'stderr'] as const) {
    jest.spyOn(process[name], 'write').mockImplementation((text) => printed.push([name, String(text)]) > 0);
  }
  const script = `process.stdout.write('one sec'); process.stdout.write('ret\\ntwo\\nsecret'); process.stderr.write('secret\\n'); process.exitCode = 3;`;
  const exitCode = await runInForeground([process.execPath, '-e', script], {
    env: process.env,
    mask: (line) => line.replace('secret', '(sensitive)'),
  });
  jest.restoreAllMocks();
  const of = (name: string): string => printed.flatMap(([stream, text]) => (stream === name ? [text] : [])).join('');
  expect([exitCode, of('stdout'), of('stderr')]).toEqual([3, 'one (sensitive)\ntwo\n(sensitive)', '(sensitive)\n']);
});
