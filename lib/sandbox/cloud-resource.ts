import { collectValues, isSet, isUnknown, Value, Values } from './values';

/** Provider block as Terraform configured it. An absent argument is not set, or not yet known. */
export interface ProviderSettings {
  readonly project?: string;
  readonly region?: string;
  readonly zone?: string;
  /** Address of the Kubernetes API server, of the kubernetes and helm providers. */
  readonly host?: string;
  /** Default labels of the google provider. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Resource in the cloud, or about to be created or changed there. */
export class CloudResource {
  /**
   * @param type Terraform resource type, for example `google_compute_disk`
   * @param identity key of the resource in the cloud, for example `projects/p/zones/z/disks/data`; empty until known
   * @param values arguments and computed attributes by name; null or absent if not set
   * @param provider settings of the provider block. @default - none
   */
  constructor(
    public readonly type: string,
    public readonly identity: string,
    public readonly values: Values,
    public readonly provider: ProviderSettings = {},
  ) {}

  /** Values at a path such as `network_interface.network_ip`, without null and unknown ones. */
  public all(path: string): Value[] {
    return collectValues(this.values, path).filter(isSet);
  }

  /** First value at a path; null if there is none. */
  public get(path: string): Value {
    return collectValues(this.values, path)[0] ?? null;
  }

  /** First value at a path as text; empty if it is absent or unknown. */
  public text(path: string): string {
    const value = this.get(path);
    return isSet(value) ? String(value) : '';
  }

  /** First value at a path as a number; 0 if it is absent or unknown. */
  public number(path: string): number {
    return Number(this.text(path));
  }

  /** True if the first value at a path is `true`. */
  public flag(path: string): boolean {
    return this.get(path) === true;
  }

  /** True if a value at a path is known after apply. */
  public isUnknown(path: string): boolean {
    return collectValues(this.values, path).some(isUnknown);
  }
}
