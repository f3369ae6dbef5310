import { ApiClient } from '../../../lib/sandbox/kubernetes-api/api-client';
import { forEachObject, Reconciliation } from '../../../lib/sandbox/kubernetes-api/reconciliation';

test('a failing object does not skip the others', async () => {
  const seen: number[] = [];
  const act = async (object: number): Promise<void> => {
    seen.push(object);
    if (object < 3) throw new Error(`object ${object}`);
  };
  await expect(forEachObject([1, 2, 3], act)).rejects.toThrow('object 1');
  expect(seen).toEqual([1, 2, 3]);
});

test('a failing controller does not skip the others, and is retried', async () => {
  const errors: string[] = [];
  let passes = 0;
  let reconciliation: Reconciliation | undefined;
  await new Promise<void>((done) => {
    const failing = async (): Promise<void> => {
      throw new Error('no answer');
    };
    const counting = async (): Promise<void> => {
      passes += 1;
      if (passes === 2) done();
    };
    reconciliation = new Reconciliation(new ApiClient(1, '', ''), [failing, counting], ({ message }) => errors.push(message));
  });
  await reconciliation?.stop();
  expect(passes).toBe(2);
  expect(errors).toEqual(['no answer', 'no answer']);
});
