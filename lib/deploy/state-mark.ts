import { runTerraformJson } from '../terraform/cli';

/** Which state it is, and how often it was written. */
export interface StateMark {
  readonly lineage: string;
  readonly serial: number;
}

/** The mark of a stack's state as it is now; nothing when there is none yet. */
export async function stateMark(stackFolder: string, environment: NodeJS.ProcessEnv): Promise<StateMark | undefined> {
  const state = (await runTerraformJson(['state', 'pull'], stackFolder, environment)) as StateMark | undefined;
  return state && { lineage: state.lineage, serial: state.serial };
}

/** The same state, not written since. An empty one has no lineage yet. */
export function isSameState(a: StateMark | undefined, b: StateMark | undefined): boolean {
  return a?.lineage === b?.lineage && a?.serial === b?.serial;
}

export function stateInWords(mark: StateMark | undefined): string {
  return mark === undefined ? 'no state' : `serial ${mark.serial} of ${mark.lineage}`;
}
