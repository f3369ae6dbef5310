import { type Action, html, markdown, reportOf } from '../lib/preview';
import { guard } from '../lib/preview/guard';

// Reports on a plan of as many changes as the first argument says: one in a hundred destroys something, and each has
// secrets of its own. Everything that is destroyed has to be in the Markdown.
const count = Number(process.argv[2]);

const values = (index: number, size: number) => ({
  name: `disk-${index}`,
  size,
  type: 'pd-ssd',
  labels: { team: 'parking', index: String(index) },
  password: `secret-${index}-of-a-disk`,
  spec: [{ container: [{ name: 'app', image: `app:${size}`, env: [{ name: 'GREETING', value: `hello ${index} ${size}` }] }] }],
});

const change = (index: number) => {
  const action: Action = index % 100 === 0 ? 'delete' : index % 3 === 0 ? 'create' : 'update';
  const name = `Ring_Node${index}_Data_0A1B2C3D`;
  return {
    address: `google_compute_disk.${name}`,
    mode: 'managed',
    type: 'google_compute_disk',
    name,
    change: {
      actions: [action],
      before: action === 'create' ? null : values(index, 1),
      after: action === 'delete' ? null : values(index, 2),
      after_unknown: action === 'delete' ? {} : { id: true },
      before_sensitive: { password: true },
      after_sensitive: { password: true },
    },
  };
};

const plan = { format_version: '1.2', resource_changes: Array.from({ length: count }, (_, index) => change(index)) };
const report = reportOf({ plan, stack: 'bench', guard: guard(plan) });
const text = markdown(report);
if (!html(report).includes('Ring_Node1_')) throw new Error('the page lacks a change');
for (let index = 0; index < count; index += 100) {
  if (!text.includes(`Ring_Node${index}_Data`)) throw new Error(`the report does not say that ${index} is destroyed`);
}
