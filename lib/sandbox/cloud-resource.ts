import { isSet, isUnknown, Value, Values, valuesAt } from './values';

/** What a provider block says, once Terraform has configured it. What is not there was not said, or is not known yet. */
export interface ProviderSettings {
  readonly project?: string;
  readonly region?: string;
  readonly zone?: string;
  /** Address of the Kubernetes API that the kubernetes and helm providers talk to. */
  readonly host?: string;
  /** Labels the google provider puts on everything it creates. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A resource as type descriptions see it: in the cloud, or on the way to it. */
export class CloudResource {
  /**
   * @param identity its true key in the cloud, for example `projects/p/zones/z/disks/data`; empty until it is known
   */
  constructor(
    public readonly type: string,
    public readonly identity: string,
    public readonly values: Values,
    public readonly provider: ProviderSettings = {},
  ) {}

  /** Every value at a path such as `network_interface.network_ip` that is neither null nor unknown. */
  public all(path: string): Value[] {
    return valuesAt(this.values, path).filter(isSet);
  }

  /** The first value at a path; null when there is none. */
  public get(path: string): Value {
    return valuesAt(this.values, path)[0] ?? null;
  }

  /** The first value at a path as text; empty when there is none or it is not known. */
  public text(path: string): string {
    const value = this.get(path);
    return isSet(value) ? String(value) : '';
  }

  /** The first value at a path as a number; 0 when there is none or it is not known. */
  public number(path: string): number {
    return Number(this.text(path));
  }

  /** True when the first value at a path is `true`. */
  public flag(path: string): boolean {
    return this.get(path) === true;
  }

  public isUnknown(path: string): boolean {
    return valuesAt(this.values, path).some(isUnknown);
  }
}
