import { PassThrough } from 'node:stream';
import { requireConfirmation } from '../../lib/cli/confirmation';

function confirm(answer: string | undefined, { yes = false, isTTY = true } = {}) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  if (answer !== undefined) input.write(answer);
  input.end();
  const result = requireConfirmation({
    lines: ['All is lost.'],
    word: 'staging',
    description: 'the name of the stack',
    yes,
    input,
    output,
  });
  return { result, printed: () => String(output.read() ?? '') };
}

const refused = (message: string) => expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) });

test('the consequences are printed, and the text is typed', async () => {
  const { result, printed } = confirm('staging\n');
  await expect(result).resolves.toBeUndefined();
  expect(printed()).toBe('All is lost.\nTo confirm, type the name of the stack (staging): ');
});

test.each(['y\n', 'stagin\n', 'production\n', '\n'])('another answer is refused: %j', async (answer) => {
  await expect(confirm(answer).result).rejects.toEqual(refused('not confirmed: the name of the stack is staging'));
});

test('the end of the input is no confirmation', async () => {
  await expect(confirm(undefined).result).rejects.toEqual(refused('not confirmed'));
});

test('an interruption ends the question', async () => {
  const interruption = new AbortController();
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const words = { word: 'staging', description: 'the name of the stack', yes: false };
  const asked = requireConfirmation({ lines: [], ...words, input, output: new PassThrough(), signal: interruption.signal });
  interruption.abort();
  await expect(asked).rejects.toEqual(refused('not confirmed'));
});

test('nothing is asked with --yes, and the consequences are printed', async () => {
  const { result, printed } = confirm(undefined, { yes: true, isTTY: false });
  await expect(result).resolves.toBeUndefined();
  expect(printed()).toBe('All is lost.\n');
});

test('without a terminal and --yes it is refused', async () => {
  await expect(confirm('staging\n', { isTTY: false }).result).rejects.toEqual(refused('pass --yes'));
});
