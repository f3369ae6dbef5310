/** Style of the page: light or dark by preference, readable on a phone. */
export const STYLE = `
:root { --back: #fff; --card: #f6f8fa; --text: #1f2328; --dim: #59636e; --line: #d1d9e0; --destroy: #cf222e; --change: #9a6700; --add: #1a7f37; --quiet: #0969da; --plus: #dafbe1; --minus: #ffebe9; }
@media (prefers-color-scheme: dark) {
  :root { --back: #0d1117; --card: #151b23; --text: #f0f6fc; --dim: #9198a1; --line: #3d444d; --destroy: #f85149; --change: #d29922; --add: #3fb950; --quiet: #4493f8; --plus: #12261e; --minus: #301b1e; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: .5rem 0; }
h2 { font-size: 1.15rem; margin: 1.8rem 0 .6rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
code, pre, .value, .address { font-family: ui-monospace, monospace; font-size: .87em; }
pre { margin: .3rem 0; white-space: pre-wrap; }
.quiet, .address { color: var(--dim); }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; padding: 0; margin: .5rem 0; }
.counts .count { padding: .2rem .7rem; border: 1px solid var(--line); border-radius: 1rem; }
.count.add b { color: var(--add); } .count.change b { color: var(--change); } .count.destroy b, .count.replace b { color: var(--destroy); }
.problem { padding: .6rem .8rem; border-left: 4px solid var(--destroy); background: var(--card); white-space: pre-wrap; }
.item, .entry { margin: .4rem 0; padding: .5rem .8rem; border: 1px solid var(--line); border-left: 4px solid var(--quiet); border-radius: 4px; background: var(--card); }
.refused, .destroy { border-left-color: var(--destroy); } .warning, .change { border-left-color: var(--change); } .add, .acknowledged { border-left-color: var(--add); }
.group { border: 0; }
summary { cursor: pointer; }
:focus-visible { outline: 2px solid var(--quiet); outline-offset: 2px; }
.badge { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .8em; color: var(--dim); }
.refused > .badge, .destroy .badge { color: var(--destroy); } .warning > .badge, .change .badge { color: var(--change); } .add .badge { color: var(--add); } .badge.forces { color: var(--destroy); }
dl { margin: .3rem 0 0; } dt { float: left; clear: left; width: 7rem; color: var(--dim); } dd { margin: 0 0 0 7rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; background: var(--back); }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; min-width: 6rem; }
.value { white-space: pre-wrap; } .plus { background: var(--plus); } .minus { background: var(--minus); } .same { color: var(--dim); }
.filters { position: sticky; top: 0; z-index: 1; padding: .5rem; margin: 0 -.5rem; background: var(--back); border-bottom: 1px solid var(--line); }
.filters[hidden] { display: none; }
fieldset { display: inline-flex; flex-wrap: wrap; gap: 0 .8rem; border: 1px solid var(--line); border-radius: 4px; margin: 0 .5rem .4rem 0; padding: .1rem .6rem .3rem; }
label { white-space: nowrap; } .search { display: inline-block; margin-right: .5rem; }
input[type=search], button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 4px; padding: .2rem .5rem; max-width: 100%; }
.picture { display: block; max-width: 100%; height: auto; margin: .5rem 0; background: #fff; }
[hidden] { display: none; }
@media (max-width: 40rem) { body { padding: .6rem; } dt { float: none; } dd { margin: 0; } .filters { position: static; } label { white-space: normal; } }
@media print { .filters { display: none; } }
`;

/** Script that filters changes by risk, action and text. Without it all changes are shown. */
export const SCRIPT = `
'use strict';
const form = document.querySelector('.filters');
if (form) {
  const entries = [...document.querySelectorAll('#changes .entry')];
  const groups = [...document.querySelectorAll('#changes .group')];
  const said = form.querySelector('output');
  const chosen = (name) => new Set([...form.querySelectorAll('input[name=' + name + ']:checked')].map((box) => box.value));
  const filter = () => {
    const risks = chosen('risk');
    const actions = chosen('action');
    const words = form.elements.text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of entries) {
      const { risk, action, text } = entry.dataset;
      entry.hidden = !(risks.has(risk) && actions.has(action) && words.every((word) => text.includes(word)));
      if (!entry.hidden) shown++;
    }
    for (const group of groups) group.hidden = !group.querySelector('.entry:not([hidden])');
    said.textContent = shown === entries.length ? shown + ' changes' : shown + ' of ' + entries.length + ' changes';
  };
  const open = (value) => { for (const entry of entries) if (!entry.hidden && 'open' in entry) entry.open = value; };
  form.hidden = false;
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.elements.open.addEventListener('click', () => open(true));
  form.elements.close.addEventListener('click', () => open(false));
  filter();
}
`;
