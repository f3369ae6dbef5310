import type { PolicyRule } from '../rule';
import { bucketPublic } from './bucket-public';
import { chartVersion } from './chart-version';
import { clusterAdmin } from './cluster-admin';
import { clusterAlpha } from './cluster-alpha';
import { clusterBasicAuth } from './cluster-basic-auth';
import { clusterClientCertificate } from './cluster-client-certificate';
import { clusterControlPlaneOpen } from './cluster-control-plane-open';
import { clusterDefaultPool } from './cluster-default-pool';
import { clusterDeletionProtection } from './cluster-deletion-protection';
import { clusterGoogleGroups } from './cluster-google-groups';
import { clusterIntranodeVisibility } from './cluster-intranode-visibility';
import { clusterKubeletReadOnlyPort } from './cluster-kubelet-read-only-port';
import { clusterLabels } from './cluster-labels';
import { clusterLegacyAbac } from './cluster-legacy-abac';
import { clusterLogging } from './cluster-logging';
import { clusterMaintenanceWindow } from './cluster-maintenance-window';
import { clusterMonitoring } from './cluster-monitoring';
import { clusterNetworkPolicy } from './cluster-network-policy';
import { clusterPrivateNodes } from './cluster-private-nodes';
import { clusterRegional } from './cluster-regional';
import { clusterReleaseChannel } from './cluster-release-channel';
import { clusterShieldedNodes } from './cluster-shielded-nodes';
import { clusterSystemBindings } from './cluster-system-bindings';
import { clusterVpcNative } from './cluster-vpc-native';
import { clusterWorkloadIdentity } from './cluster-workload-identity';
import { containerCapabilities } from './container-capabilities';
import { containerHostPort } from './container-host-port';
import { containerImageTag } from './container-image-tag';
import { containerLiveness } from './container-liveness';
import { containerPrivilegeEscalation } from './container-privilege-escalation';
import { containerPrivileged } from './container-privileged';
import { containerReadiness } from './container-readiness';
import { containerResources } from './container-resources';
import { containerRootFileSystem } from './container-root-file-system';
import { containerRootUser } from './container-root-user';
import { dataPreventDestroy } from './data-prevent-destroy';
import { defaultNamespace } from './default-namespace';
import { diskWithoutSchedule } from './disk-without-schedule';
import { firewallCassandraPorts } from './firewall-cassandra-ports';
import { firewallOpenToInternet } from './firewall-open-to-internet';
import { iamBasicRoles } from './iam-basic-roles';
import { iamImpersonation } from './iam-impersonation';
import { iamPublic } from './iam-public';
import { instanceIpForwarding } from './instance-ip-forwarding';
import { instanceOsLogin } from './instance-os-login';
import { instanceProjectSshKeys } from './instance-project-ssh-keys';
import { instancePublicAddress } from './instance-public-address';
import { instanceSerialPort } from './instance-serial-port';
import { instanceServiceAccount } from './instance-service-account';
import { instanceShielded } from './instance-shielded';
import { kubernetesManifest } from './kubernetes-manifest';
import { loadBalancerPublic } from './load-balancer-public';
import { moduleNotRead } from './module-not-read';
import { namespaceDefaultDeny } from './namespace-default-deny';
import { namespaceQuota } from './namespace-quota';
import { natLogging } from './nat-logging';
import { networkAutoSubnets } from './network-auto-subnets';
import { networkPolicyPortRange } from './network-policy-port-range';
import { networkWithoutFirewall } from './network-without-firewall';
import { podHostNamespaces } from './pod-host-namespaces';
import { podHostPath } from './pod-host-path';
import { podSeccomp } from './pod-seccomp';
import { podServiceAccount } from './pod-service-account';
import { podToken } from './pod-token';
import { poolAutoRepair } from './pool-auto-repair';
import { poolAutoUpgrade } from './pool-auto-upgrade';
import { poolAutoscaling } from './pool-autoscaling';
import { poolImage } from './pool-image';
import { poolIntegrityMonitoring } from './pool-integrity-monitoring';
import { poolLegacyMetadata } from './pool-legacy-metadata';
import { poolMetadataServer } from './pool-metadata-server';
import { poolSecureBoot } from './pool-secure-boot';
import { poolServiceAccount } from './pool-service-account';
import { projectDefaultNetwork } from './project-default-network';
import { roleWildcards } from './role-wildcards';
import { secretInState } from './secret-in-state';
import { serviceAccountKey } from './service-account-key';
import { subnetFlowLogs } from './subnet-flow-logs';
import { subnetPrivateGoogleAccess } from './subnet-private-google-access';

/** All rules: clusters, node pools, VM instances, networks, data, identities and workloads. */
export const POLICY_RULES: readonly PolicyRule[] = [
  clusterPrivateNodes,
  clusterControlPlaneOpen,
  clusterLegacyAbac,
  clusterClientCertificate,
  clusterBasicAuth,
  clusterLogging,
  clusterMonitoring,
  clusterNetworkPolicy,
  clusterVpcNative,
  clusterReleaseChannel,
  clusterShieldedNodes,
  clusterWorkloadIdentity,
  clusterIntranodeVisibility,
  clusterGoogleGroups,
  clusterAlpha,
  clusterDeletionProtection,
  clusterDefaultPool,
  clusterMaintenanceWindow,
  clusterRegional,
  clusterSystemBindings,
  clusterLabels,
  clusterKubeletReadOnlyPort,
  poolAutoRepair,
  poolAutoUpgrade,
  poolImage,
  poolSecureBoot,
  poolIntegrityMonitoring,
  poolMetadataServer,
  poolLegacyMetadata,
  poolServiceAccount,
  poolAutoscaling,
  instanceServiceAccount,
  instanceProjectSshKeys,
  instanceOsLogin,
  instanceSerialPort,
  instanceIpForwarding,
  instanceShielded,
  instancePublicAddress,
  firewallOpenToInternet,
  firewallCassandraPorts,
  loadBalancerPublic,
  networkAutoSubnets,
  networkWithoutFirewall,
  subnetFlowLogs,
  subnetPrivateGoogleAccess,
  natLogging,
  networkPolicyPortRange,
  diskWithoutSchedule,
  dataPreventDestroy,
  projectDefaultNetwork,
  iamBasicRoles,
  iamImpersonation,
  iamPublic,
  serviceAccountKey,
  bucketPublic,
  containerPrivileged,
  containerPrivilegeEscalation,
  containerRootFileSystem,
  containerCapabilities,
  containerRootUser,
  containerResources,
  containerImageTag,
  containerHostPort,
  containerLiveness,
  containerReadiness,
  podHostNamespaces,
  podHostPath,
  podSeccomp,
  podServiceAccount,
  podToken,
  defaultNamespace,
  namespaceDefaultDeny,
  namespaceQuota,
  roleWildcards,
  clusterAdmin,
  secretInState,
  kubernetesManifest,
  chartVersion,
  moduleNotRead,
];
