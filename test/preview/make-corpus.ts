import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Sandbox, TerraformError } from '../../lib/sandbox';

/** Plan of Terraform. */
export interface CorpusPlan {
  /** Last output of `terraform plan`, with its `Plan:` line; empty when it failed. */
  readonly line: string;
  readonly plan: unknown;
}

/** Plans of every action, reason and odd case, made by the real Terraform against the simulated cloud. */
export async function makeCorpus(): Promise<Record<string, CorpusPlan>> {
  const sandbox = await Sandbox.start({ enabledApis: 'all' });
  const folder = mkdtempSync(path.join(tmpdir(), 'gke-platform-corpus-'));
  const corpus: Record<string, CorpusPlan> = {};
  try {
    for (const [name, steps] of Object.entries(CASES)) {
      const configuration = path.join(folder, name);
      mkdirSync(configuration);
      const context: Context = {
        sandbox,
        write: (hcl) => {
          mkdirSync(path.join(configuration, 'gone'), { recursive: true });
          writeFileSync(path.join(configuration, 'gone/main.tf'), 'resource "terraform_data" "inside" {}\n');
          writeFileSync(path.join(configuration, 'main.tf'), hcl);
        },
        terraform: (...args) => sandbox.terraform(configuration, args),
        attempt: (...args) =>
          sandbox.terraform(configuration, args).catch((error) => {
            if (!(error instanceof TerraformError)) throw error;
            return '';
          }),
      };
      const args = await steps(context);
      const output = await context.attempt('plan', '-out=.terraform/corpus', '-input=false', '-no-color', ...args);
      const shown = await context.terraform('show', '-json', '-no-color', '.terraform/corpus').catch(async (error) => {
        // There is no plan to show: report the error of planning instead.
        await context.terraform('plan', '-input=false', '-no-color', ...args);
        throw error;
      });
      const plan = JSON.parse(shown);
      corpus[name] = { line: lineOf(output), plan: { ...plan, timestamp: '2026-01-01T00:00:00Z' } };
    }
    return corpus;
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Context {
  readonly sandbox: Sandbox;
  readonly write: (hcl: string) => void;
  readonly terraform: (...args: string[]) => Promise<string>;

  /** The same for what may fail. */
  readonly attempt: (...args: string[]) => Promise<string>;
}

const APPLY = ['apply', '-auto-approve', '-input=false', '-no-color'];

function lineOf(output: string): string {
  return output.split('\n').find((line) => /^(?:Plan: |No changes\.|You can apply this plan)/.test(line)) ?? '';
}

const GOOGLE = `
terraform {
  required_providers {
    google = { source = "hashicorp/google", version = "6.50.0" }
  }
}
provider "google" {
  project = "parking-staging"
  region  = "europe-west1"
  zone    = "europe-west1-b"
}
`;

const disk = (name: string, body: string): string => `
resource "google_compute_disk" "${name}" {
  name = "${name}"
  type = "pd-ssd"
  ${body}
}
`;

const DISKS = 'projects/parking-staging/zones/europe-west1-b/disks';

/** Steps before a plan; they return further arguments of `terraform plan`. */
const CASES: Record<string, (context: Context) => Promise<readonly string[]>> = {
  async builtin({ write, terraform }) {
    write(`
variable "password" {
  type      = string
  sensitive = true
  default   = "planted-secret-1"
}
resource "terraform_data" "update" { input = { password = var.password, size = 1, list = ["a", "b"] } }
resource "terraform_data" "replace" { triggers_replace = ["one"] }
resource "terraform_data" "create_first" {
  triggers_replace = ["one"]
  lifecycle { create_before_destroy = true }
}
resource "terraform_data" "delete" { input = "old" }
resource "terraform_data" "forget" { input = "kept" }
resource "terraform_data" "counted" {
  count = 2
  input = count.index
}
resource "terraform_data" "each" {
  for_each = toset(["a", "b\\"c", "dé 日本 | \`x\` <b> @octocat"])
  input    = each.key
}
resource "terraform_data" "single" { input = 1 }
resource "terraform_data" "moved_from" { input = "same" }
resource "terraform_data" "moved_update_from" { input = "one" }
resource "terraform_data" "triggered" {
  lifecycle { replace_triggered_by = [terraform_data.update] }
}
module "gone" { source = "./gone" }
resource "terraform_data" "lost" { input = 1 }
resource "terraform_data" "text" { input = "a: 1\\nb:\\n  - x\\n  - y\\n" }
output "text" { value = "one" }
output "secret" {
  value     = var.password
  sensitive = true
}
output "gone" { value = 1 }
`);
    await terraform(...APPLY);
    write(`
variable "password" {
  type      = string
  sensitive = true
  default   = "planted-secret-2"
}
resource "terraform_data" "update" { input = { password = var.password, size = 2, list = ["a", terraform_data.replace.id] } }
resource "terraform_data" "replace" { triggers_replace = ["two"] }
resource "terraform_data" "create_first" {
  triggers_replace = ["two"]
  lifecycle { create_before_destroy = true }
}
removed {
  from = terraform_data.forget
  lifecycle { destroy = false }
}
resource "terraform_data" "counted" {
  count = 1
  input = count.index
}
resource "terraform_data" "each" {
  for_each = toset(["a", "new \\"key\\""])
  input    = each.key
}
resource "terraform_data" "single" {
  for_each = toset(["x"])
  input    = 1
}
resource "terraform_data" "moved_to" { input = "same" }
moved {
  from = terraform_data.moved_from
  to   = terraform_data.moved_to
}
resource "terraform_data" "moved_update_to" { input = "two" }
moved {
  from = terraform_data.moved_update_from
  to   = terraform_data.moved_update_to
}
moved {
  from = terraform_data.lost
  to   = terraform_data.nowhere
}
resource "terraform_data" "triggered" {
  lifecycle { replace_triggered_by = [terraform_data.update] }
}
resource "terraform_data" "created" {
  input = [terraform_data.replace.id, "known", { nested = { password = var.password } }]
  lifecycle { replace_triggered_by = [terraform_data.update] }
}
resource "terraform_data" "hostile" {
  input = "</details><script>alert(1)</script> @octocat #1 https://example.com [x](javascript:alert(1)) \`\`\` | **b**"
}
resource "terraform_data" "huge" { input = join("", [for i in range(1000) : "0123456789"]) }
resource "terraform_data" "text" { input = "a: 2\\nb:\\n  - x\\n  - z\\n" }
check "always" {
  assert {
    condition     = length(terraform_data.counted) == 2
    error_message = "there is one, not two"
  }
}
output "text" { value = "two" }
output "later" { value = terraform_data.replace.id }
output "secret" {
  value     = var.password
  sensitive = true
}
`);
    return [];
  },

  async tainted_and_requested({ write, terraform }) {
    write('resource "terraform_data" "tainted" {}\nresource "terraform_data" "requested" {}\nresource "terraform_data" "same" {}\n');
    await terraform(...APPLY);
    await terraform('taint', 'terraform_data.tainted');
    return ['-replace=terraform_data.requested'];
  },

  async errored({ write, terraform }) {
    const protectedOne = (trigger: string): string =>
      `resource "terraform_data" "protected" {\n  triggers_replace = "${trigger}"\n  lifecycle { prevent_destroy = true }\n}\n`;
    write(protectedOne('one'));
    await terraform(...APPLY);
    write(`${protectedOne('two')}resource "terraform_data" "other" {}\n`);
    return [];
  },

  async targeted({ write }) {
    write('resource "terraform_data" "wanted" {}\nresource "terraform_data" "other" {}\n');
    return ['-target=terraform_data.wanted'];
  },

  async destroy_all({ write, terraform }) {
    write('resource "terraform_data" "one" {}\noutput "id" { value = terraform_data.one.id }\n');
    await terraform(...APPLY);
    return ['-destroy'];
  },

  async nothing({ write, terraform }) {
    write('resource "terraform_data" "one" {}\n');
    await terraform(...APPLY);
    return [];
  },

  async outputs_only({ write, terraform }) {
    write('resource "terraform_data" "one" {}\n');
    await terraform(...APPLY);
    write('resource "terraform_data" "one" {}\noutput "new" { value = "here" }\n');
    return [];
  },

  async drift_and_import({ write, terraform, sandbox }) {
    // It has no labels, of which an import does not know whose they are.
    const kept = 'resource "google_compute_network" "kept" { name = "kept" }\n';
    write(`${GOOGLE}${['deleted', 'labelled', 'outside'].map((name) => disk(name, 'size = 10')).join('')}${kept}`);
    await terraform(...APPLY);
    await terraform('state', 'rm', 'google_compute_disk.outside', 'google_compute_network.kept');
    sandbox.cloud.remove('google_compute_disk', `${DISKS}/deleted`);
    sandbox.cloud.patch('google_compute_disk', `${DISKS}/labelled`, { size: 20 });
    write(`${GOOGLE}${disk('deleted', 'size = 10')}${disk('labelled', 'size = 20')}${disk('outside', 'size = 30')}${kept}${disk('new', 'size = 10')}
import {
  to = google_compute_network.kept
  id = "projects/parking-staging/global/networks/kept"
}
import {
  to = google_compute_disk.outside
  id = "${DISKS}/outside"
}
data "google_compute_network" "later" {
  name = google_compute_disk.new.disk_id
}
`);
    return [];
  },

  async deposed({ write, terraform, attempt, sandbox }) {
    const network = (name: string): string =>
      `${GOOGLE}resource "google_compute_network" "main" {\n  name = "${name}"\n  lifecycle { create_before_destroy = true }\n}\n`;
    write(network('first'));
    await terraform(...APPLY);
    sandbox.inject({ type: 'google_compute_network', operation: 'delete' });
    write(network('second'));
    await attempt(...APPLY);
    return [];
  },

  async renamed({ write, terraform }) {
    write(`${GOOGLE}${disk('data', 'size = 10')}`);
    await terraform(...APPLY);
    write(`${GOOGLE}${disk('data', 'size = 10').replace('"google_compute_disk" "data"', '"google_compute_disk" "storage"')}`);
    return [];
  },
};
