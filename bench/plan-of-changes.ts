import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a plan with a number of changes, its configuration and the deleted names. One percent of changes delete and a third create; each
 * has its own secrets.
 */
export function writePlanOfChanges(folder: string, count: number): void {
  const changes = Array.from({ length: count }, (_, index) => changeOf(index));
  const before = changes.filter(({ change }) => change.before).map((change) => resourceOf(change, change.change.before!));
  const after = changes.filter(({ change }) => change.after).map((change) => resourceOf(change, change.change.after!));
  const plan = {
    format_version: '1.2',
    terraform_version: '1.11.4',
    complete: true,
    applyable: true,
    errored: false,
    planned_values: { root_module: { resources: after } },
    prior_state: { format_version: '1.0', values: { root_module: { resources: before } } },
    resource_changes: changes,
  };
  const configuration = Object.fromEntries(
    changes.filter(({ change }) => change.after).map(({ name, change }) => [name, { ...change.after, '//': metadataOf(name) }]),
  );
  const deleted = changes.filter(({ change }) => !change.after).map(({ name }) => name);
  const write = (name: string, json: unknown) => writeFileSync(join(folder, name), JSON.stringify(json));
  write('plan.json', plan);
  write('cdk.tf.json', { resource: { [TYPE]: configuration } });
  write('deleted.json', deleted);
}

const TYPE = 'google_compute_disk';

function changeOf(index: number) {
  const action = index % 100 === 0 ? 'delete' : index % 3 === 0 ? 'create' : 'update';
  const name = `Ring_Node${index}_Data_0A1B2C3D`;
  return {
    address: `${TYPE}.${name}`,
    mode: 'managed',
    type: TYPE,
    name,
    provider_name: 'registry.terraform.io/hashicorp/google',
    change: {
      actions: [action],
      before: action === 'create' ? null : valuesOf(index, 10),
      after: action === 'delete' ? null : valuesOf(index, 20),
      after_unknown: action === 'delete' ? {} : { id: true },
      before_sensitive: { password: true },
      after_sensitive: { password: true },
    },
  };
}

function resourceOf({ address, mode, type, name, provider_name }: ReturnType<typeof changeOf>, values: object) {
  return { address, mode, type, name, provider_name, schema_version: 0, values, sensitive_values: { password: true } };
}

function metadataOf(name: string) {
  return { metadata: { path: `bench/${name.split('_').slice(0, -1).join('/')}`, uniqueId: name } };
}

function valuesOf(index: number, size: number) {
  return {
    name: `disk-${index}`,
    size,
    type: 'pd-ssd',
    zone: 'europe-west1-b',
    labels: { team: 'parking', index: String(index) },
    password: `secret-${index}-of-a-disk`,
    spec: [{ container: [{ name: 'app', image: `app:${size}`, env: [{ name: 'GREETING', value: `hello ${index} ${size}` }] }] }],
  };
}
