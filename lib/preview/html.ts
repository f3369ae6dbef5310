import { createHash } from 'node:crypto';
import { type CostChange, type CostLine, describeSaving, describeSource, formatBand, formatHeadline, summarizeCost } from '../cost';
import { type Fold, foldVerdicts } from '../guard/fold';
import { SCRIPT, STYLE } from './html-assets';
import { isDeletion, keyValues } from './key-values';
import type { Attribute, Entry, OutputEntry, Report, ReportedVerdict } from './report';
import { countByType } from './type-counts';

/**
 * Renders a report as one self-contained HTML page. It needs no network, and is readable without its script, which filters changes by
 * risk, action and construct. Content of a plan is only text, and the Content-Security-Policy allows no other script.
 */
export function html(report: Report): string {
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  const allowed = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hash}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${allowed}">
<title>${escaped(report.headline)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escaped(report.headline)}</h1>
${counts(report)}
${report.isConfigurationOnly ? '<p class="problem">Not a plan: it compares the configuration with that of the base branch, without credentials.</p>' : ''}
${report.problems.map((problem) => `<p class="problem">${escaped(problem)}</p>`).join('\n')}
${report.notUnderstood.length === 0 ? '' : `<p class="problem">Not understood, with an unknown effect: ${report.notUnderstood.map(code).join(', ')}</p>`}
${typeTable(report)}
</header>
<main>
${section('Guard', [...foldVerdicts(report.verdicts, ({ acknowledged = '' }) => acknowledged).map(verdict), ...report.unusedAcknowledgements.map((text) => item(`Unused acknowledgement: ${escaped(text)}`)), ...report.notLookedAt.map((text) => item(`Not looked at: ${escaped(text)}`))])}
${policy(report)}
${reachability(report)}
${report.cost ? cost(report.cost) : ''}
${section(
  'Possible renames',
  report.renames.map(({ from, to, moveTo, moved }) =>
    item(
      `${code(from)} is destroyed and ${code(to)} created, and they look like the same resource. To keep it, ` +
        `${moveTo === undefined ? 'add' : `call ${code(moveTo)} on the new resource, which adds`}<pre>${escaped(moved)}</pre>`,
    ),
  ),
)}
${section(
  'Removed stacks',
  report.removedStacks.map((name) => item(`${code(name)}: its resources keep running, and are no longer planned.`)),
)}
${section(
  'Invoked actions',
  report.actions.map((text) => item(`${escaped(text)}. The plan does not show its effect.`)),
)}
${section(
  'Failed checks',
  report.checks.map(({ address, status, messages }) => item(`${code(address)}: ${escaped([status, ...messages].join('; '))}`)),
)}
${changes(report)}
${section('Drift', report.drift.map(entry))}
${section('Read during apply', report.reads.map(entry))}
${section('Outputs', report.outputs.map(output))}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function counts({ counts: numbers, countsAgree, terraformVersion }: Report): string {
  const words = {
    import: 'to import',
    add: 'to add',
    change: 'to change',
    destroy: 'to destroy',
    replace: 'replaced',
    move: 'moved',
    forget: 'forgotten',
    read: 'read',
  };
  const parts = (Object.keys(words) as (keyof typeof words)[])
    .filter((name) => numbers[name] > 0 || ['add', 'change', 'destroy'].includes(name))
    .map((name) => `<li class="count ${name}"><b>${numbers[name]}</b> ${words[name]}</li>`);
  const agreement = { yes: 'Counts match those of Terraform.', no: 'Terraform counts differently!', 'not checked': '' }[countsAgree];
  const version = terraformVersion === undefined ? '' : `Terraform ${escaped(terraformVersion)}.`;
  return `<ul class="counts">${parts.join('')}</ul><p class="quiet">${agreement} ${version}</p>`;
}

/** Number of changes by type and action, riskiest first. */
function typeTable({ groups }: Report): string {
  const { actions, types } = countByType(groups);
  if (types.length === 0) return '';
  const rows = types.map(
    ({ type, counts: numbers }) =>
      `<tr><td>${code(type)}</td>${actions.map((action) => `<td>${numbers.get(action) ?? ''}</td>`).join('')}</tr>`,
  );
  const heads = actions.map((action) => `<th>${action}</th>`).join('');
  return `<details class="entry" open><summary>Changes by type</summary><div class="scroll"><table><thead><tr><th>type</th>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`;
}

function section(title: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `<section><h2>${title}</h2>\n${parts.join('\n')}\n</section>`;
}

function item(content: string): string {
  return `<div class="item">${content}</div>`;
}

function verdict({ verdict: shown, resources }: Fold<ReportedVerdict>): string {
  const { severity, rule, address, constructPath, reason, impact, recovery, remediation, acknowledged } = shown;
  const kind = acknowledged !== undefined ? 'acknowledged' : severity === 'refuse' ? 'refused' : 'warning';
  const facts = [
    ['Impact', impact],
    ['Recovery', recovery],
    ['Remediation', remediation],
    ['Acknowledged', acknowledged],
  ].flatMap(([name, text]) => (text ? [`<dt>${name}</dt><dd>${escaped(text)}</dd>`] : []));
  return `<div class="item ${kind}"><span class="badge">${kind}</span> <b>${escaped(rule)}</b> ${code(resources ?? constructPath ?? address)}: ${escaped(reason)}<dl>${facts.join('')}</dl></div>`;
}

function reachability({ reachability: changes, picture }: Report): string {
  if (!changes && picture === undefined) return '';
  const lines = [
    ...(changes?.opened ?? []).map((sentence) => item(`<span class="badge">opens</span> ${escaped(sentence)}`)),
    ...(changes?.closed ?? []).map((sentence) => item(`<span class="badge">closes</span> ${escaped(sentence)}`)),
  ];
  const none = changes && lines.length === 0 ? [item('No connections are opened or closed.')] : lines;
  const image = picture === undefined ? '' : `data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`;
  const figure =
    image === ''
      ? []
      : [
          `<details class="entry"><summary>Reachability after the change</summary><img class="picture" alt="Reachability after the change" src="${image}"></details>`,
        ];
  return section('Reachability', [...none, ...figure]);
}

function policy({ policy: found }: Report): string {
  if (!found) return '';
  const items = found.findings.map(({ rule, severity, address, constructPath, problem, why, remediation, waivedBy }) => {
    const kind = waivedBy ? 'acknowledged' : severity === 'error' ? 'refused' : 'warning';
    const facts = waivedBy
      ? [['Waived', `${waivedBy.reason} (${waivedBy.owner})`]]
      : [
          ['Why', why],
          ['Remediation', remediation],
        ];
    const list = facts.map(([name, text]) => `<dt>${name}</dt><dd>${escaped(text!)}</dd>`);
    return `<div class="item ${kind}"><span class="badge">${waivedBy ? 'waived' : severity}</span> <b>${escaped(rule)}</b> ${code(constructPath ?? address)}: ${escaped(problem)}<dl>${list.join('')}</dl></div>`;
  });
  const bad = found.badWaivers.map((text) => `<div class="item refused"><span class="badge">error</span> ${escaped(text)}</div>`);
  return section('Policy', items.length + bad.length === 0 ? [item('No findings and no waivers.')] : [...items, ...bad]);
}

function cost({ before, after, changed, notPricedChanged }: CostChange): string {
  const saving = describeSaving(after);
  const was = before === undefined ? '' : ` Before: ${escaped(formatHeadline(before))}.`;
  const moved = changed.map(
    ({ address, kind, before: old, after: now, notPriced }) =>
      `<tr><td>${kind}</td><td>${code(address)}</td><td>${costCell(old, notPriced === 'before')}</td><td>${costCell(now, notPriced === 'after')}</td><td>${escaped((now ?? old)!.note)}</td></tr>`,
  );
  const unpriced = notPricedChanged.map(
    ({ what, before: old, after: now }) => `<tr><td>not priced</td><td>${code(what)}</td><td>${old}</td><td>${now}</td><td></td></tr>`,
  );
  const all = [...moved, ...unpriced];
  const rows = after.lines.map(
    ({ kind, address, band, note }) =>
      `<tr><td>${kind}</td><td>${code(address)}</td><td>${escaped(formatBand(band))}</td><td>${escaped(note)}</td></tr>`,
  );
  const missing = after.notPriced.map(({ what, address, why }) => `<li>${code(address ?? what)}: ${escaped(why)}</li>`);
  const { total, rest } = summarizeCost(after);
  const amount = total === undefined ? '' : `<b>${escaped(total)}</b>: expected (minimum to maximum). `;
  const table = (heads: readonly string[], body: readonly string[]): string =>
    `<div class="scroll"><table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
  return section('Cost', [
    item(`${amount}${rest === '' ? '' : `${escaped(rest)}.`}${was} ${escaped(saving ?? '')}`),
    ...(all.length === 0 ? [] : [table(['', 'resource', 'before', 'after', ''], all)]),
    `<details class="entry"><summary>Components, and what is not priced</summary>${table(['', 'resource', 'a month', ''], rows)}<p>Not priced:</p><ul>${missing.join('')}</ul><p class="quiet">${escaped(describeSource(after))}</p></details>`,
  ]);
}

function costCell(line: CostLine | undefined, isUnpriced: boolean): string {
  return isUnpriced ? 'not priced' : escaped(line ? formatBand(line.band) : '');
}

function changes(report: Report): string {
  if (report.groups.length === 0) return '';
  const entries = report.groups.flatMap((group) => group.entries);
  const boxes = (name: 'risk' | 'action'): string =>
    [...new Set(entries.map((each) => each[name]))]
      .map((value) => {
        const count = entries.filter((each) => each[name] === value).length;
        return `<label><input type="checkbox" name="${name}" value="${value}" checked> ${value} <span class="quiet">${count}</span></label>`;
      })
      .join('');
  const groups = report.groups.map(
    ({ construct, risk, entries: members }) =>
      `<section class="group ${risk}"><h3>${code(construct)}</h3>\n${members.map(entry).join('\n')}\n</section>`,
  );
  return `<section id="changes"><h2>Changes</h2>
<form class="filters" hidden>
<fieldset><legend>Risk</legend>${boxes('risk')}</fieldset>
<fieldset><legend>Action</legend>${boxes('action')}</fieldset>
<label class="search">Construct or address <input type="search" name="text" autocomplete="off"></label>
<button type="button" name="open">Open all</button> <button type="button" name="close">Close all</button>
<output class="quiet" aria-live="polite"></output>
</form>
${groups.join('\n')}
</section>`;
}

function entry(each: Entry): string {
  const { action, risk, construct, address, sentence, forcedBy } = each;
  const forced = forcedBy.length > 0 ? `; forced by ${forcedBy.map(code).join(', ')}` : '';
  const values = isDeletion(each) ? keyValues(each).map(({ name, value }) => `${escaped(name)} ${code(value)}`) : [];
  const was = values.length === 0 ? '' : `: ${values.join(', ')}`;
  const title = `<span class="badge">${action}</span> <b>${escaped(construct)}</b> ${escaped(sentence)}${forced}${was} <span class="address">${escaped(address)}</span>`;
  const data = `data-risk="${risk}" data-action="${action}" data-text="${escaped(`${construct} ${address}`.toLowerCase())}"`;
  const table = attributes(each.attributes, each.filledIn);
  if (table === '') return `<div class="entry ${risk}" ${data}>${title}</div>`;
  return `<details class="entry ${risk}" ${data}${risk === 'destroy' && !isDeletion(each) ? ' open' : ''}><summary>${title}</summary>${table}</details>`;
}

function output({ name, action, attributes: values }: OutputEntry): string {
  const table = attributes(values, 0);
  return `<details class="entry quiet-risk"><summary><span class="badge">${action}</span> <b>${escaped(name)}</b></summary>${table}</details>`;
}

function attributes(list: readonly Attribute[], filledIn: number): string {
  if (list.length === 0) return '';
  const more = filledIn > 0 ? `<p class="quiet">${filledIn} more known after apply.</p>` : '';
  return `<div class="scroll"><table><thead><tr><th>attribute</th><th>before</th><th>after</th></tr></thead><tbody>${list.map(row).join('')}</tbody></table></div>${more}`;
}

function row(attribute: Attribute): string {
  const { name, before, after, isMasked, isChanged, isKnownAfterApply, forcesReplacement, from, lines } = attribute;
  const title = `${code(name)}${forcesReplacement ? ' <span class="badge forces">forces replacement</span>' : ''}`;
  const source = from === undefined ? '' : `<div class="quiet">from ${code(from)}</div>`;
  if (lines !== undefined) {
    const shown = lines.map(
      (line) => `<span class="${line[0] === '+' ? 'plus' : line[0] === '-' ? 'minus' : 'same'}">${escaped(line)}\n</span>`,
    );
    return `<tr><td>${title}</td><td colspan="2"><pre>${shown.join('')}</pre>${source}</td></tr>`;
  }
  const said = isMasked && before !== undefined && !isKnownAfterApply ? (isChanged ? ', changed' : ', unchanged') : '';
  const now = isKnownAfterApply
    ? '<i>known after apply</i>'
    : after === undefined
      ? ''
      : `<span class="value plus">${escaped(after)}</span>${said}`;
  const was = before === undefined ? '' : `<span class="value minus">${escaped(before)}</span>`;
  return `<tr><td>${title}</td><td>${was}</td><td>${now}${source}</td></tr>`;
}

function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

/** Escapes text, including characters that are invisible or change the text direction. */
function escaped(text: string): string {
  return text.replace(/[&<>"'\p{Cc}\p{Cf}\p{Surrogate}]/gu, (character) => ENTITIES[character] ?? codeOf(character));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\n': '\n',
  '\t': '\t',
};

function codeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
