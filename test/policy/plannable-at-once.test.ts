import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { DataKubernetesNamespaceV1 } from '@cdktf/provider-kubernetes/lib/data-kubernetes-namespace-v1';
import { Manifest } from '@cdktf/provider-kubernetes/lib/manifest';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { TerraformStack, Testing } from 'cdktf';
import { requirePlannableAtOnce } from '../../lib/policy';
import { Synthesized } from '../support/synthesized';

function checkedStack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), 'staging');
  new KubernetesProvider(stack, 'Kubernetes');
  requirePlannableAtOnce(stack);
  return stack;
}

test('accepts typed kubernetes resources and aliased providers', () => {
  const stack = checkedStack();
  new KubernetesProvider(stack, 'Second', { alias: 'second' });
  new GoogleProvider(stack, 'Google');
  new NamespaceV1(stack, 'Namespace', { metadata: { name: 'billing' } });
  expect(Synthesized.from(stack).only(NamespaceV1)).toMatchObject({ metadata: { name: 'billing' } });
});

test('fails when there is a kubernetes_manifest', () => {
  const stack = checkedStack();
  new Manifest(stack, 'Issuer', { manifest: {} });
  expect(() => Synthesized.from(stack)).toThrow(/kubernetes_manifest queries the cluster during planning.*\(at staging\/Issuer\)/);
});

test('fails when there is a kubernetes data source', () => {
  const stack = checkedStack();
  new DataKubernetesNamespaceV1(stack, 'Lookup', { metadata: { name: 'billing' } });
  expect(() => Synthesized.from(stack)).toThrow(/data source kubernetes_namespace_v1 queries the cluster.*\(at staging\/Lookup\)/);
});

test('fails when a second provider of one type has no alias', () => {
  const stack = checkedStack();
  new KubernetesProvider(stack, 'Second');
  expect(() => Synthesized.from(stack)).toThrow(
    /provider kubernetes is defined twice without an alias, first at staging\/Kubernetes.*\(at staging\/Second\)/,
  );
});
