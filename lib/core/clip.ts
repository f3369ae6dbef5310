/** Clips a text that is too long, and adds its length. Clipping twice keeps the original length. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const clipped = /… \(([\d,]+) characters\)$/.exec(text);
  const whole = clipped?.[1] ?? text.length.toLocaleString('en');
  if (clipped && clipped.index <= length) return text;
  // Never within a surrogate pair.
  const end = /[\uD800-\uDBFF]/.test(text[length - 1] ?? '') ? length - 1 : length;
  return `${text.slice(0, end)}… (${whole} characters)`;
}
