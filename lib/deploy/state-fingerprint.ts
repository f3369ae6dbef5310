import { runTerraformJson } from '../terraform/cli';

/** Identity of a Terraform state and its number of writes. */
export interface StateFingerprint {
  readonly lineage: string;
  readonly serial: number;
}

/** Reads the fingerprint of the state of a stack; undefined before the first apply. */
export async function readStateFingerprint(stackFolder: string, environment: NodeJS.ProcessEnv): Promise<StateFingerprint | undefined> {
  const state = (await runTerraformJson(['state', 'pull'], stackFolder, environment)) as StateFingerprint | undefined;
  return state && { lineage: state.lineage, serial: state.serial };
}

/** Tests that a state was not written in between. An empty state has no lineage. */
export function isSameState(a: StateFingerprint | undefined, b: StateFingerprint | undefined): boolean {
  return a?.lineage === b?.lineage && a?.serial === b?.serial;
}

export function formatFingerprint(fingerprint: StateFingerprint | undefined): string {
  return fingerprint === undefined ? 'no state' : `serial ${fingerprint.serial} of ${fingerprint.lineage}`;
}
