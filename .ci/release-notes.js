// Prints the section of a version in CHANGELOG.md. Fails unless the tag is the version in package.json and the section has content.
const { readFileSync } = require('node:fs');

const [tag] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
if (tag !== `v${version}`) fail(`the tag must be 'v${version}', the version in package.json, got '${tag ?? ''}'`);

const sections = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m).slice(1);
const section = sections.find((text) => text.startsWith(`[${version}]`)) ?? '';
const notes = section.split('\n').slice(1).join('\n').trim();
if (notes === '') fail(`CHANGELOG.md must have a section '## [${version}]' with content`);
process.stdout.write(`${notes}\n`);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
