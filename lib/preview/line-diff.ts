/** Compares texts line by line: lines begin with `+`, `-` or a space, and `…` stands for omitted lines. */
export function diffLines(before: string, after: string, context = 2): string[] {
  const [was, is] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < was.length && start < is.length && was[start] === is[start]) start++;
  let end = 0;
  while (end < was.length - start && end < is.length - start && was.at(-1 - end) === is.at(-1 - end)) end++;
  const middle = changed(was.slice(start, was.length - end), is.slice(start, is.length - end));
  const lines = [...was.slice(0, start).map((line) => ` ${line}`), ...middle, ...was.slice(was.length - end).map((line) => ` ${line}`)];
  return withContext(lines, context);
}

/** Maximum number of lines to compare. Longer texts are shown one after the other. */
const MAX_LINES = 400;

function changed(was: readonly string[], is: readonly string[]): string[] {
  if (was.length > MAX_LINES || is.length > MAX_LINES) return [...was.map((line) => `-${line}`), ...is.map((line) => `+${line}`)];
  // Length of the longest common rest, from each pair of lines on.
  const common = Array.from({ length: was.length + 1 }, () => new Uint16Array(is.length + 1));
  for (let i = was.length - 1; i >= 0; i--) {
    for (let j = is.length - 1; j >= 0; j--) {
      common[i]![j] = was[i] === is[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < was.length || j < is.length) {
    if (i < was.length && j < is.length && was[i] === is[j]) {
      lines.push(` ${was[i++]}`);
      j++;
    } else if (j === is.length || (i < was.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push(`-${was[i++]}`);
    } else {
      lines.push(`+${is[j++]}`);
    }
  }
  return lines;
}

function withContext(lines: readonly string[], context: number): string[] {
  const kept = new Set<number>();
  lines.forEach((line, index) => {
    if (line[0] !== ' ') for (let near = index - context; near <= index + context; near++) kept.add(near);
  });
  const shown: string[] = [];
  lines.forEach((line, index) => {
    if (kept.has(index)) shown.push(line);
    else if (kept.has(index - 1) || index === 0) shown.push('…');
  });
  return shown;
}
