/**
 * Renders a text as a double-quoted scalar of YAML, which every parser reads as exactly this text. It is a string of JSON in which the line
 * breaks of YAML 1.1 and characters that YAML does not permit are escaped too.
 */
export function quoteYaml(text: string): string {
  return escapeJsonForYaml(JSON.stringify(text));
}

/** Escapes in JSON what a parser of YAML would read in another way. */
export function escapeJsonForYaml(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
