import type { Ring, RingNode, ShellAnswer } from '../../lib/operations';
import type { Sandbox } from '../../lib/sandbox';
import { FakeRing } from './fake-ring';

type Instance = ReturnType<Sandbox['cloud']['list']>[number];

/**
 * A fake ring on the VMs of a sandbox: a VM that is recreated or stopped for a change restarts Cassandra, of the version in its startup
 * script; with a blank disk that is not the first one, it refuses until it is allowed.
 */
export class FakeVms extends FakeRing {
  private readonly known = new Map<string, string>();

  constructor(
    ring: Ring,
    private readonly sandbox: Sandbox,
  ) {
    super(ring);
    for (const { name, vm } of ring.nodes) this.known.set(name, identifyVm(this.instance(vm)));
  }

  public override async run(node: RingNode, script: string): Promise<ShellAnswer> {
    for (const each of this.ring.nodes) this.follow(each);
    const fake = this.of(node.name);
    if (!script.includes('/etc/cassandra-replace-disk')) return super.run(node, script);
    this.ran.push(`${node.name}: allow disk ${metadata(this.instance(node.vm)!)['data-disk-number']}`);
    fake.unit = 'active';
    fake.says = 'starting: with a new data disk';
    fake.code = 'starting';
    this.restart(fake);
    return { status: 0, stdout: '', stderr: '' };
  }

  public instance(vm: string): Instance | undefined {
    return this.sandbox.cloud.list('google_compute_instance').find((each) => each.values.name === vm);
  }

  private follow({ name, vm }: RingNode): void {
    const instance = this.instance(vm);
    if (identifyVm(instance) === this.known.get(name)) return;
    this.known.set(name, identifyVm(instance));
    const fake = this.of(name);
    fake.unreachable = instance === undefined ? 'dead' : undefined;
    if (instance === undefined) return;
    this.ran.push(`${name}: boot`);
    const values = metadata(instance);
    fake.release = /^readonly VERSION='(.+)'$/m.exec(values['startup-script']!)![1]!;
    this.restart(fake);
    if (values['data-disk-number'] === values['blank-data-disk-number']) return;
    fake.unit = 'inactive';
    fake.says = 'refused: the data disk is blank and was not created blank by this deployment: restore it, or replace the node';
    fake.code = 'refused-blank-disk';
  }
}

/** Arguments of an instance whose change restarts the VM. */
function identifyVm(instance: Instance | undefined): string {
  return instance === undefined ? 'none' : `${instance.values.instance_id} ${instance.values.machine_type}`;
}

function metadata({ values }: Instance): Record<string, string> {
  return values.metadata as Record<string, string>;
}
