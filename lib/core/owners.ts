import type { IConstruct } from 'constructs';

/** Owner of each key in a stack or an app, for resources that exist once in Google Cloud or in a cluster. */
export class Owners<T> {
  private readonly byScope = new WeakMap<IConstruct, Map<string, T>>();

  /** Returns the owner of a key, and creates it when there is none. */
  public claim(scope: IConstruct, key: string, create: () => T): T {
    const owners = this.byScope.get(scope) ?? new Map<string, T>();
    this.byScope.set(scope, owners);
    const owner = owners.get(key) ?? create();
    owners.set(key, owner);
    return owner;
  }
}
