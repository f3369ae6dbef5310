import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Param, type Pattern, parseFileSync, type TsType } from '@swc/core';
import * as library from '../../lib';
import { PROP_TYPES, type PropType, REQUIRED_MEMBERS } from '../../lib/core/prop-types';
import { readPropTypes } from '../../scripts/prop-types';

const LIB = path.join(__dirname, '../../lib');

/** Step from a value to a part of it: a prop, an item of a list, or a key or value of a map. */
export type Step = string;

export const ITEM = '[]';
export const KEY = '{key}';
export const VALUE = '{value}';

/** Interfaces of props and options, with the types of their members. */
type Interfaces = Readonly<Record<string, Readonly<Record<string, PropType>>>>;

/** Lists the ways to the texts in the props of each construct: by interface, at any depth. */
export function listTextProps(): Readonly<Record<string, (readonly Step[])[]>> {
  const types: Interfaces = PROP_TYPES;
  const nested = new Set(Object.values(types).flatMap((members) => Object.values(members).flatMap(namesIn)));
  const roots = Object.keys(types).filter((name) => !nested.has(name));
  return Object.fromEntries(roots.map((name) => [name, listTexts(types, name)]));
}

/** Lists the texts that the methods and functions of `lib/index.ts` take: as `Class#method(parameter)`, with the ways into the parameter. */
export function listTextParameters(): Readonly<Record<string, (readonly Step[])[]>> {
  const parameters = readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(sandbox|cli|operations)\//.test(file))
    .flatMap((file) => listParameters(path.join(LIB, file)));
  const names = [...new Set(parameters.flatMap(({ types }) => types))].filter((name) => name !== 'string');
  const types: Interfaces = readPropTypes(LIB, names).props;
  return Object.fromEntries(
    parameters.map(({ name, types: given, isMap }) => {
      const within = isMap ? [[KEY], [VALUE]] : given.flatMap((type) => (type === 'string' ? [[]] : listTexts(types, type)));
      return [name, within];
    }),
  );
}

function listTexts(types: Interfaces, name: string): (readonly Step[])[] {
  return Object.entries(types[name]!).flatMap(([member, type]) => textsIn(types, type, [member.replace('?', '')]));
}

function textsIn(types: Interfaces, type: PropType, steps: readonly Step[]): (readonly Step[])[] {
  if (typeof type !== 'string') {
    if ('oneOf' in type) return [steps];
    if ('anyOf' in type) return type.anyOf.flatMap((each) => textsIn(types, each, steps));
    if ('listOf' in type) return textsIn(types, type.listOf, [...steps, ITEM]);
    return [[...steps, KEY], ...textsIn(types, type.mapOf, [...steps, VALUE])];
  }
  if (type === 'string') return [steps];
  // Of a recursive type, each form once below itself.
  if (type === 'any') return [[], [ITEM], [KEY], [VALUE], [ITEM, KEY], [VALUE, KEY]].map((more) => [...steps, ...more]);
  if (type === 'object') return [[KEY], [VALUE], [VALUE, ITEM], [VALUE, KEY]].map((more) => [...steps, ...more]);
  if (Object.hasOwn(REQUIRED_MEMBERS, type) || types[type] === undefined) return [];
  return listTexts(types, type).map((within) => [...steps, ...within]);
}

function namesIn(type: PropType): string[] {
  if (typeof type === 'string') return [type];
  if ('listOf' in type) return namesIn(type.listOf);
  if ('mapOf' in type) return namesIn(type.mapOf);
  return 'anyOf' in type ? type.anyOf.flatMap(namesIn) : [];
}

interface TextParameter {
  readonly name: string;

  /** `string`, and names of interfaces. */
  readonly types: readonly string[];
  readonly isMap: boolean;
}

/** Parameters of the exported functions and of the public methods of exported classes that have texts. Constructors take props. */
function listParameters(file: string): TextParameter[] {
  return parseFileSync(file, { syntax: 'typescript' }).body.flatMap((item) => {
    const declaration = item.type === 'ExportDeclaration' ? item.declaration : undefined;
    if (declaration?.type === 'FunctionDeclaration' && isExported(declaration.identifier.value)) {
      return declaration.params.flatMap((param) => textParameter(declaration.identifier.value, param.pat));
    }
    if (declaration?.type !== 'ClassDeclaration' || !isExported(declaration.identifier.value)) return [];
    return declaration.body.flatMap((member) => {
      if (member.type !== 'ClassMethod' || member.accessibility === 'private' || member.accessibility === 'protected') return [];
      const method = member.key.type === 'Identifier' ? member.key.value : '';
      const callee = `${declaration.identifier.value}${member.isStatic ? '.' : '#'}${method}`;
      return member.function.params.flatMap((param: Param) => textParameter(callee, param.pat));
    });
  });
}

function isExported(name: string): boolean {
  return Object.hasOwn(library, name);
}

function textParameter(callee: string, pattern: Pattern): TextParameter[] {
  const { value, typeAnnotation } = pattern as { value?: string; typeAnnotation?: { typeAnnotation: TsType } };
  if (value === undefined || typeAnnotation === undefined) return [];
  const text = JSON.stringify(typeAnnotation.typeAnnotation);
  const isMap = text.includes('"value":"Record"');
  const names = [...text.matchAll(/"value":"(\w+)"/g)].map(([, name]) => name!).filter(isData);
  const types = [...(/"kind":"string"/.test(text) ? ['string'] : []), ...names];
  return types.length === 0 ? [] : [{ name: `${callee}(${value})`, types, isMap }];
}

/** Tests that a type is an interface of what users write. A ring alone passes `CassandraInstanceOptions`. */
function isData(name: string): boolean {
  return INTERFACES.has(name) && /(Props|Options|Chart)$/.test(name) && name !== 'CassandraInstanceOptions';
}

const INTERFACES = new Set(
  readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(sandbox|cli|operations)\//.test(file))
    .flatMap((file) => [...readFileSync(path.join(LIB, file), 'utf8').matchAll(/^export interface (\w+)/gm)].map(([, name]) => name!)),
);
