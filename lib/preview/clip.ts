/** The start of a text that is longer than it may be, with how long it is; also when it has been clipped before. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const clipped = /… \(([\d,]+) characters\)$/.exec(text);
  const whole = clipped?.[1] ?? text.length.toLocaleString('en');
  if (clipped && clipped.index <= length) return text;
  // Never in the middle of a pair of code units.
  const end = /[\uD800-\uDBFF]/.test(text[length - 1] ?? '') ? length - 1 : length;
  return `${text.slice(0, end)}… (${whole} characters)`;
}
