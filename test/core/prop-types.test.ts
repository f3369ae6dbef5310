import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROP_TYPES, REQUIRED_MEMBERS } from '../../lib/core/prop-types';
import { readPropTypes, renderPropTypes } from '../../scripts/prop-types';

const root = path.join(__dirname, '../..');

test('the types of props are those of the interfaces; UPDATE_PROPS=1 writes them', () => {
  const types = readPropTypes(path.join(root, 'lib'));
  if (process.env.UPDATE_PROPS === '1') {
    const file = path.join(root, 'lib/core/prop-types.ts');
    writeFileSync(file, renderPropTypes(types));
    execFileSync(path.join(root, 'node_modules/.bin/biome'), ['check', '--write', file]);
    return;
  }
  expect(PROP_TYPES).toEqual(types.props);
  expect(REQUIRED_MEMBERS).toEqual(types.members);
});
