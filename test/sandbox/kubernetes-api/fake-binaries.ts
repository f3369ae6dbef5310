import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Programs in the place of Kubernetes': they write down their arguments, and answer as far as a start needs it. */
const PROGRAMS = {
  etcd: `
setInterval(() => {}, 1000);`,
  'kube-controller-manager': `
setInterval(() => {}, 1000);`,
  'kube-apiserver': `
const { createServer } = require('node:https');
const { existsSync, readFileSync } = require('node:fs');
const flag = (name) => process.argv.find((word) => word.startsWith('--' + name + '=')).split('=')[1];
const read = (name) => readFileSync(flag(name), 'utf8');
const token = read('token-auth-file').split(',')[0];
const server = createServer({ key: read('tls-private-key-file'), cert: read('tls-cert-file') }, (request, response) => {
  const known = request.headers.authorization === 'Bearer ' + token;
  response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' }).end('{"items":[]}');
});
// It is not ready without etcd.
const listen = () =>
  existsSync('etcd.started') ? server.listen(Number(flag('secure-port')), flag('bind-address')) : setTimeout(listen, 10);
listen();`,
};

export type Program = keyof typeof PROGRAMS;

/**
 * Writes fake programs into a folder.
 *
 * @returns the environment in which they are found
 */
export function fakeBinaries(folder: string, programs: readonly Program[] = Object.keys(PROGRAMS) as Program[]): NodeJS.ProcessEnv {
  mkdirSync(folder, { recursive: true });
  for (const program of programs) writeProgram(folder, program, `${RECORD}${PROGRAMS[program]}`);
  return { ...process.env, KUBEBUILDER_ASSETS: folder };
}

/** Writes a fake program that runs JavaScript. */
export function writeProgram(folder: string, program: string, script: string): void {
  const path = join(folder, program);
  writeFileSync(path, `#!${process.execPath}\n${script}\n`);
  chmodSync(path, 0o755);
}

/** The file is there once it is whole. */
const RECORD = `
const started = require('node:path').basename(process.argv[1]) + '.started';
require('node:fs').writeFileSync(started + '.part', JSON.stringify(process.argv.slice(2)));
require('node:fs').renameSync(started + '.part', started);`;

/** Arguments with which a fake program was started for a cluster; undefined when it was not. */
export function readStartArguments(program: Program, clusterFolder: string): string[] | undefined {
  const file = join(clusterFolder, `${program}.started`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
