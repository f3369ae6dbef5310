const NAME = String.raw`[\p{L}_][\p{L}\p{Nd}_-]*`;
const KEY = String.raw`\[(?:\d+|"[^"\\$%\n\r]*")\]`;
const ADDRESS = `${NAME}\\.${NAME}`;
const PATH = `(?:\\.${NAME}|${KEY})*`;

/**
 * Places where Terraform reads a text as a name or an address in its own syntax, and not as a template. Only the form that cdktf writes is
 * allowed: the parsers of Terraform also accept spaces and comments there, which other readers miss.
 */
const PLACES: readonly (readonly [place: RegExp, form: RegExp, rule: string])[] = [
  [/^(?:resource|data)\.[^.]+\.[^.]+\.provider$|^import\.provider$/, form(`${NAME}(?:\\.${NAME})?`), 'a provider with an optional alias'],
  [/^(?:resource|data)\.[^.]+\.[^.]+\.depends_on$|^output\.[^.]+\.depends_on$/, form(`(?:data\\.)?${ADDRESS}(?:${KEY})?`), 'addresses'],
  [/^(?:resource|data)\.[^.]+\.[^.]+\.lifecycle\.ignore_changes$/, form(`${NAME}${PATH}`), "'all', or paths of arguments"],
  [
    /^(?:resource|data)\.[^.]+\.[^.]+\.lifecycle\.replace_triggered_by$/,
    form(`${ADDRESS}(?:\\[(?:each\\.key|count\\.index)\\])?${PATH}`),
    'addresses, or paths of their attributes',
  ],
  [/^import\.to$/, form(`${ADDRESS}(?:${KEY}|\\[each\\.(?:key|value)\\])?`), 'the address of a resource'],
  [/^moved\.(?:from|to)$|^removed\.from$/, form(`${ADDRESS}(?:${KEY})?`), 'the address of a resource'],
  [/^variable\.[^.]+\.type$/, /^[a-z][\w (){}[\],=:"?.]*$/, 'a type'],
  [/^(?:resource|data)\..*\.dynamic\.[^.]+\.iterator$/, form(NAME), 'a name'],
];

function form(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`, 'u');
}

/** Form that is required at a place that Terraform reads as a name or an address; undefined where it reads a template. */
export function findStaticForm(names: readonly string[]): { readonly form: RegExp; readonly rule: string } | undefined {
  const place = names.join('.');
  const found = PLACES.find(([places]) => places.test(place));
  return found === undefined ? undefined : { form: found[1], rule: found[2] };
}
