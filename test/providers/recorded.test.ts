import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environments } from '../../environments';
import { type Json, RECORDED_FOLDER, readRecorded } from '../../scripts/providers/sent-requests';

const names = environments.map(({ name }) => name);

/** Lists the fields and texts of recorded requests. */
function* textsIn(value: Json): Generator<string> {
  if (typeof value === 'string') yield value;
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield* Object.keys(value).map((name) => `${name}:`);
  for (const inner of Object.values(value)) yield* textsIn(inner);
}

/** Patterns of secrets: keys, certificates, tokens, fields with secrets, and long texts of letters and digits. */
const SECRET =
  /-----BEGIN|^Bearer |^ya29\.|^eyJ|^(data|stringData|payload|password|token|privateKeyData):$|^(?!projects\/)(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w+/=-]{24,}$/;

/** Addresses and folders of the recording host. */
const MACHINE = /127\.0\.0\.1|localhost|^\/(tmp|home|root|work)\//;

describe('recorded requests', () => {
  test('exist for each environment, and for no other', () => {
    expect(readdirSync(RECORDED_FOLDER).sort()).toEqual([...names].sort());
  });

  test.each(names)('of %s contain no secret and no data of the host', (environment) => {
    const texts = [...textsIn(readRecorded(environment))];
    expect(texts.length).toBeGreaterThan(1000);
    expect(texts.filter((text) => SECRET.test(text) || MACHINE.test(text))).toEqual([]);
  });

  test.each(['-----BEGIN PRIVATE KEY-----', 'Bearer abc', 'eyJhbGciOiJSUzI1NiJ9', 'stringData:', 'AIzaSyA1bC2dE3fG4hI5jK6lM7nO8pQ9'])(
    'a secret such as %s would be found',
    (text) => {
      expect(SECRET.test(text)).toBe(true);
    },
  );

  test.each(names)('of %s have their fields in order', (environment) => {
    for (const [api, requests] of Object.entries(readRecorded(environment))) {
      expect([api, Object.keys(requests)]).toEqual([api, Object.keys(requests).sort()]);
    }
  });

  test('are few enough to review', () => {
    const files = names.flatMap((name) => readdirSync(join(RECORDED_FOLDER, name)).map((file) => join(RECORDED_FOLDER, name, file)));
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    expect(bytes).toBeLessThan(300 * 1024);
  });
});
