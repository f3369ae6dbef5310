import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const script = path.join(__dirname, '../../.ci/release-notes.js');
const CHANGELOG =
  '# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.2.3] - 2026-11-29\n\n### Added\n\n- a rule\n\n## [1.2.2]\n\n- before\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'release-notes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function releaseNotes(version: string, ...args: string[]) {
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ version }));
  writeFileSync(path.join(folder, 'CHANGELOG.md'), CHANGELOG);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('prints the section of the version, and no other', () => {
  expect(releaseNotes('1.2.3', 'v1.2.3')).toEqual({ status: 0, stdout: '### Added\n\n- a rule\n', stderr: '' });
});

test.each([
  ['1.2.4', ['v1.2.3'], "the tag must be 'v1.2.4', the version in package.json, got 'v1.2.3'\n"],
  ['1.2.3', [], "the tag must be 'v1.2.3', the version in package.json, got ''\n"],
  ['1.2', ['v1.2'], "CHANGELOG.md must have a section '## [1.2]' with content\n"],
])('fails for version %s and %j', (version, args, stderr) => {
  expect(releaseNotes(version, ...args)).toEqual({ status: 1, stdout: '', stderr });
});
