/** Path of a nested value: property names and list indexes. */
export type ValuePath = readonly (string | number)[];

const NAME = /^[A-Za-z_][\w-]*$/;
const MAX_LENGTH = 300;

/** Formats a path in the syntax of Terraform: `allow[0].ports`, `labels["a.b"]`. */
export function formatPath(path: ValuePath): string {
  const text = path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!NAME.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text;
}
