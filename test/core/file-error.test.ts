import { describeFileError } from '../../lib/core/file-error';

const failed = (code: string) => Object.assign(new Error(`${code}: raw message, open '/x'`), { code });

test.each([
  ['ENOENT', 'no such file'],
  ['EISDIR', 'is a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ENOTDIR', 'a part of the path is not a folder'],
])('%s is described without the path', (code, text) => expect(describeFileError(failed(code))).toBe(text));

test('a missing folder is described where a file is written', () => {
  expect(describeFileError(failed('ENOENT'), 'no such folder')).toBe('no such folder');
});

test('another error keeps its message', () => {
  expect(describeFileError(failed('EPROTO'))).toBe("EPROTO: raw message, open '/x'");
  expect(describeFileError(new SyntaxError('unexpected token'))).toBe('unexpected token');
});
