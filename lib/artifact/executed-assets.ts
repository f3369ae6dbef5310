import { isBlock, textsIn } from '../terraform/values';
import type { ArtifactStack } from './artifact';
import type { StackBlocks } from './stack-blocks';

/** Path of an asset in a text: in the arguments of a program, a function, or a shell command. */
const ASSET = /\bassets\/([\w.-]+(?:\/[\w.-]+)*)/g;

/** Arguments that name an asset of which nothing runs, or is evaluated, while planning. */
const DATA: Readonly<Record<string, string>> = { google_storage_bucket_object: 'source', helm_release: 'chart' };

/**
 * Finds assets that the pull request changes, and that blocks of the base branch run or evaluate: programs of providers and of `external` data,
 * provisioners, template files. Such a block may be unchanged, so that nothing else shows it.
 */
export function findChangedExecutedAssets(head: ArtifactStack, base: ArtifactStack, blocks: StackBlocks): readonly string[] {
  const { resource: _, data: __, ...others } = base.json;
  const bodies = [...blocks.resources.values()].map(({ type, body }) => {
    const { [DATA[type] ?? '//']: data, '//': ___, ...rest } = body;
    const isFollowed = type === 'helm_release' && body.dependency_update !== undefined && body.dependency_update !== false;
    return isFollowed ? [rest, data] : rest;
  });
  const texts = [...bodies, others].flatMap((value) => [...textsIn(value), ...keysIn(value)]);
  const named = new Set(texts.flatMap((text) => [...text.matchAll(ASSET)].map(([, path]) => path!)));
  return [...head.assets].flatMap(([file, content]) => {
    const isNamed = [...named].some((path) => file === path || file.startsWith(`${path}/`));
    return isNamed && base.assets.get(file)?.equals(content) !== true ? [file] : [];
  });
}

/** Names of properties, which are templates in an object. */
function keysIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  return isBlock(value) ? Object.entries(value).flatMap(([name, member]) => [name, ...keysIn(member)]) : [];
}
