import { known, textAt } from '../../terraform/values';
import { findFirewallOpenings } from '../exposure/firewall-changes';
import { findNetworkOpenings } from '../exposure/network-joins';
import { findNetworkPolicyOpenings } from '../exposure/network-policies';
import { findPerimeterOpenings } from '../exposure/perimeters';
import { findArmorOpenings } from '../exposure/security-policies';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Rules for traffic that newly allow ingress from the internet, allow more than before, or deny less. */
export const firewallOpened: Rule = {
  id: 'firewall-opened',
  severities: ['refuse', 'warn'],
  title: 'A firewall rule allows ingress from the internet, or rules for traffic allow more or deny less than before',
  why: 'ports that are open to the internet are scanned within minutes; one compromised client reaches what a private range may reach',
  remediation: 'allow only the source ranges, service accounts or tags that need access',
  checksDrift: true,
  check: (subject) =>
    subject.resources.flatMap((change): Finding[] => {
      if (change.action === 'no-op') return [];
      const found = [
        ...findFirewallOpenings(subject, change),
        ...findArmorOpenings(change),
        ...findNetworkPolicyOpenings(change),
        ...findPerimeterOpenings(change),
        ...findNetworkOpenings(subject, change),
      ];
      if (found.length === 0) return [];
      const state = change.after ?? change.before;
      const name = known(textAt(state, 'name')) ?? known(textAt(state, 'metadata', 'name')) ?? change.name;
      const refused = found.filter(({ severity }) => severity === 'refuse');
      const words = [...new Set([...refused, ...found].map((exposure) => exposure.words))];
      return [
        {
          severity: refused.length > 0 ? 'refuse' : 'warn',
          address: change.address,
          action: change.action,
          reason: /^(allows|denies|is|no)\b/.test(words[0]!) ? `${name} ${joinNames(words)}` : `${name}: ${joinNames(words)}`,
        },
      ];
    }),
};
