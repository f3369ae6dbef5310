import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createFolder } from '../../lib/core/create-folder';

const root = mkdtempSync(path.join(tmpdir(), 'create-folder-'));
afterAll(() => rmSync(root, { recursive: true }));
const at = (name: string) => path.join(root, name);

test('creates a folder with those above it, for its owner only when it is asked to', () => {
  createFolder(at('a/b/c'), 0o700);
  createFolder(at('a/b/c'));
  expect(['a', 'a/b', 'a/b/c'].map((name) => statSync(at(name)).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
});

test('fails below a file, on a file, and on a link to nothing', () => {
  writeFileSync(at('file'), '');
  symlinkSync('nowhere', at('link'));
  expect(() => createFolder(at('file/below/it'))).toThrow('ENOTDIR');
  expect(() => createFolder(at('file'))).toThrow('EEXIST');
  expect(() => createFolder(at('link'))).toThrow('EEXIST');
  expect(existsSync(at('nowhere'))).toBe(false);
});
