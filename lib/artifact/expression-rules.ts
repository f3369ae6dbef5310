import { readTemplate, type TemplateReference } from '../terraform/template-expression';
import { TemplateSyntaxError } from '../terraform/template-tokens';
import { quote } from './printable';

/**
 * Functions of Terraform 1.11 that compute a value from their arguments. Others read files (`file`, `templatefile`, `abspath`), evaluate
 * texts, remove the mark of sensitive values (`nonsensitive`, `can`, `try`), hide them from redaction (`strrev`), are different in each
 * plan, or are of a provider.
 */
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...['abs', 'alltrue', 'anytrue', 'base64decode', 'base64encode', 'base64gzip', 'base64sha256', 'base64sha512', 'basename', 'ceil'],
  ...['chomp', 'chunklist', 'cidrhost', 'cidrnetmask', 'cidrsubnet', 'cidrsubnets', 'coalesce', 'coalescelist', 'compact', 'concat'],
  ...['contains', 'csvdecode', 'dirname', 'distinct', 'element', 'endswith', 'flatten', 'floor', 'format', 'formatdate', 'formatlist'],
  ...['indent', 'index', 'issensitive', 'join', 'jsondecode', 'jsonencode', 'keys', 'length', 'log', 'lookup', 'lower', 'matchkeys', 'max'],
  ...['md5', 'merge', 'min', 'one', 'parseint', 'pow', 'range', 'regex', 'regexall', 'replace', 'reverse', 'sensitive', 'setintersection'],
  ...['setproduct', 'setsubtract', 'setunion', 'sha1', 'sha256', 'sha512', 'signum', 'slice', 'sort', 'split', 'startswith'],
  ...['strcontains', 'substr', 'sum', 'textdecodebase64', 'textencodebase64', 'timeadd', 'timecmp', 'title', 'tobool', 'tolist', 'tomap'],
  ...['tonumber', 'toset', 'tostring', 'transpose', 'trim', 'trimprefix', 'trimspace', 'trimsuffix', 'upper', 'urlencode'],
  ...['uuidv5', 'values', 'yamldecode', 'yamlencode', 'zipmap'],
]);

const FILE_FUNCTIONS = /^(core::)?(file\w*|templatefile|pathexpand|abspath)$/;

/** Finds what a template calls or refers to beyond what is allowed. @returns the rule that it violates, for a message */
export function findExpressionProblem(text: string, isKnown: (reference: TemplateReference) => boolean): string | undefined {
  let code: ReturnType<typeof readTemplate>;
  try {
    code = readTemplate(text);
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error;
    return `must be a template without directives, comments and heredocs, got ${quote(text)}: ${error.message}`;
  }
  const call = code.calls.find((name) => !FUNCTIONS.has(name));
  if (call !== undefined) {
    const reason = FILE_FUNCTIONS.test(call) ? 'reads files of the machine' : 'is not an allowed function';
    return `must not call ${call}(), which ${reason}`;
  }
  const reference = code.references.find((each) => !isKnown(each));
  return reference === undefined ? undefined : `must not refer to ${formatReference(reference)}, which is not in the stack`;
}

/** Formats a reference in the syntax of Terraform. */
export function formatReference({ root, path }: TemplateReference): string {
  const steps = path.map((step) => {
    if (typeof step === 'string') return `.${step}`;
    if (typeof step === 'number') return `[${step}]`;
    return step === undefined ? '[*]' : `[${JSON.stringify(step.key)}]`;
  });
  return [root, ...steps].join('');
}
