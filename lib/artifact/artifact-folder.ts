import { holdsJson, type OwnedFolderKind } from '../terraform/owned-folder';

const PARTS: readonly string[] = ['acknowledgements.json', 'manifest.json', 'stacks'];

/** Folder that holds an artifact, packed or checked. */
export const ARTIFACT_FOLDER: OwnedFolderKind = {
  name: 'an artifact',
  // Its reader refuses unknown files, so there is no marker.
  marker: '',
  isKnown: (folder, entries) =>
    entries.every((entry) => PARTS.includes(entry)) &&
    entries.includes('acknowledgements.json') &&
    holdsJson(folder, 'manifest.json', 'stacks'),
};
