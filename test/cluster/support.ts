import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { TerraformStack, Testing } from 'cdktf';
import { Project } from '../../lib/core/project';
import { type INetwork, Network, type NetworkProps } from '../../lib/network';

/** A stack `staging` with a provider, a project and a network, for clusters to be put into. */
export function stackWithNetwork(props: Partial<NetworkProps> = {}): { stack: TerraformStack; network: INetwork } {
  const stack = new TerraformStack(Testing.app(), 'staging');
  new GoogleProvider(stack, 'Google');
  const project = new Project(stack, 'Project', { projectId: 'parking-staging', projectNumber: '123' });
  return { stack, network: new Network(stack, 'Network', { project, region: 'europe-west1', ...props }) };
}
