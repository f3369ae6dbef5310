import { Allowance } from './allowance';
import { PortSet } from './port-set';

/** Possible verdicts of a tier of policies: the ports that it may allow, deny, or leave to the next tier. */
export class Verdicts {
  constructor(
    public readonly allow: PortSet,
    public readonly deny: PortSet,
    public readonly pass: PortSet,
  ) {}

  /** Verdicts of rules in order, of which the first that matches decides. */
  public static ofRules(rules: Iterable<{ readonly action: 'allow' | 'deny' | 'pass'; readonly allowance: Allowance }>): Verdicts {
    const found = { allow: PortSet.none, deny: PortSet.none, pass: PortSet.none };
    let open = PortSet.all;
    for (const { action, allowance } of rules) {
      found[action] = found[action].union(allowance.possible.minus(PortSet.all.minus(open)));
      open = open.minus(allowance.certain);
    }
    return new Verdicts(found.allow, found.deny, found.pass.union(open));
  }

  /** Verdicts of a tier that allows ports, and denies the others unless it passes them. */
  public static of({ certain, possible }: Allowance, pass: PortSet): Verdicts {
    return new Verdicts(possible, PortSet.all.minus(certain), pass);
  }

  /** Verdicts of this tier and then the next one. */
  public followedBy(next: Verdicts): Verdicts {
    return new Verdicts(
      this.allow.union(this.pass.intersect(next.allow)),
      this.deny.union(this.pass.intersect(next.deny)),
      this.pass.intersect(next.pass),
    );
  }

  /** Allowance, when the last tier passes to none: traffic without a verdict is allowed. */
  public toAllowance(): Allowance {
    return new Allowance(PortSet.all.minus(this.deny), this.allow.union(this.pass));
  }
}
