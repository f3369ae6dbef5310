import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { TerraformStack, Testing } from 'cdktf';
import { writeWaiver } from '../../lib/core/waiver';
import { TerraformDocument } from '../../lib/terraform/document';
import { TerraformDocumentError } from '../../lib/terraform/errors';
import { readConstructPath, readNote, readStackName, writeNote } from '../../lib/terraform/notes';

const LIB = path.join(__dirname, '../../lib');

test('notes of constructs are readable in the synthesized stack', () => {
  const stack = new TerraformStack(Testing.app(), 'staging');
  const disk = new ComputeDisk(stack, 'Disk', { name: 'disk' });
  writeNote(disk, 'subnet', { network: 'projects/p/global/networks/n', range: '10.0.0.0/20' });
  writeWaiver(disk, { rule: 'disk-without-schedule', reason: 'a cache', owner: 'platform' }, 'staging/Disk');
  stack.prepareStack();
  const json = stack.toTerraform();
  const [resource] = TerraformDocument.read(json).resources;
  expect(readNote(resource, 'subnet')).toEqual({ network: 'projects/p/global/networks/n', range: '10.0.0.0/20' });
  expect(readNote(resource, 'waivers')).toEqual({ 'disk-without-schedule': { reason: 'a cache', owner: 'platform', at: 'staging/Disk' } });
  expect(readNote(resource, 'cassandra')).toBeUndefined();
  expect(readConstructPath(resource!.metadata)).toBe('staging/Disk');
  expect(readStackName(json)).toBe('staging');
});

test('fails on a note that is not an object, with its path', () => {
  const json = { resource: { google_compute_disk: { A: { '//': { waivers: 'all' } } } } };
  expect(() => readNote(TerraformDocument.read(json).resources[0], 'waivers')).toThrow(
    new TerraformDocumentError('must be an object (at resource.google_compute_disk.A["//"].waivers)'),
  );
});

test('notes are written only by writeNote, except for waivers, since lib/core imports no other folder', () => {
  const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const writing = files.filter((file) => /addOverride\(\s*[`'"]\/\//.test(readFileSync(path.join(LIB, file), 'utf8')));
  expect(writing.sort()).toEqual(['core/waiver.ts', 'terraform/notes.ts']);
});
