/**
 * Power that a role of Google Cloud gives beyond its name.
 *
 * - `administer`: grants itself further roles, or lifts restrictions of the organization.
 * - `impersonate`: gets the credentials of service accounts.
 * - `login`: becomes root on VM instances, and uses their service accounts.
 * - `secrets`: reads the secrets of Secret Manager.
 * - `cluster`: becomes an administrator inside of clusters.
 * - `deploy`: runs code with a service account.
 * - `pods`: reads secrets of clusters, and runs commands in their pods.
 * - `shell`: signs in on VM instances without root.
 * - `delete`: deletes projects and folders with everything in them.
 * - `policy`: grants access to the resources of its service.
 */
export type Power = keyof typeof PERMISSIONS;

/** Permissions that give a power. Beside those of `policy`, every other `setIamPolicy` gives it. */
const PERMISSIONS = {
  administer: [
    'resourcemanager.projects.setIamPolicy',
    'resourcemanager.folders.setIamPolicy',
    'resourcemanager.organizations.setIamPolicy',
    'billing.accounts.setIamPolicy',
    'iam.roles.create',
    'iam.roles.update',
    'iam.denypolicies.delete',
    'iam.denypolicies.update',
    'iam.googleapis.com/workloadIdentityPoolProviders.create',
    'iam.googleapis.com/workloadIdentityPoolProviders.update',
    'iam.googleapis.com/workforcePoolProviders.create',
    'iam.googleapis.com/workforcePoolProviders.update',
    'iam.workloadIdentityPoolProviders.create',
    'iam.workloadIdentityPoolProviders.update',
    'iam.workforcePoolProviders.create',
    'iam.workforcePoolProviders.update',
    'orgpolicy.policy.set',
    'orgpolicy.policies.create',
    'orgpolicy.policies.update',
    'orgpolicy.policies.delete',
    'accesscontextmanager.policies.setIamPolicy',
    'accesscontextmanager.policies.update',
    'accesscontextmanager.policies.delete',
    'accesscontextmanager.servicePerimeters.update',
    'accesscontextmanager.servicePerimeters.delete',
    'accesscontextmanager.servicePerimeters.replaceAll',
    'accesscontextmanager.servicePerimeters.commit',
    'accesscontextmanager.accessLevels.update',
    'accesscontextmanager.accessLevels.replaceAll',
  ],
  impersonate: [
    'iam.serviceAccounts.actAs',
    'iam.serviceAccounts.getAccessToken',
    'iam.serviceAccounts.getOpenIdToken',
    'iam.serviceAccounts.signBlob',
    'iam.serviceAccounts.signJwt',
    'iam.serviceAccounts.implicitDelegation',
    'iam.serviceAccounts.setIamPolicy',
    'iam.serviceAccountKeys.create',
    'storage.hmacKeys.create',
  ],
  login: ['compute.instances.setMetadata', 'compute.instances.osAdminLogin', 'compute.projects.setCommonInstanceMetadata'],
  secrets: ['secretmanager.versions.access'],
  cluster: [
    'container.clusterRoleBindings.create',
    'container.clusterRoleBindings.update',
    'container.clusterRoles.bind',
    'container.clusterRoles.escalate',
    'container.roles.bind',
    'container.roles.escalate',
    'container.clusters.impersonate',
  ],
  deploy: [
    'aiplatform.customJobs.create',
    'aiplatform.notebookRuntimes.create',
    'appengine.versions.create',
    'cloudbuild.builds.create',
    'cloudfunctions.functions.create',
    'cloudfunctions.functions.update',
    'cloudscheduler.jobs.create',
    'composer.environments.create',
    'composer.environments.update',
    'compute.instances.create',
    'compute.instances.setServiceAccount',
    'config.deployments.create',
    'config.deployments.update',
    'dataflow.jobs.create',
    'dataproc.clusters.create',
    'dataproc.jobs.create',
    'deploymentmanager.deployments.create',
    'deploymentmanager.deployments.update',
    'notebooks.instances.create',
    'run.jobs.create',
    'run.jobs.update',
    'run.services.create',
    'run.services.update',
    'workflows.workflows.create',
  ],
  pods: ['container.pods.exec', 'container.secrets.get', 'container.secrets.list'],
  shell: ['compute.instances.osLogin'],
  delete: ['resourcemanager.projects.delete', 'resourcemanager.folders.delete'],
  policy: [
    'artifactregistry.repositories.setIamPolicy',
    'bigquery.datasets.setIamPolicy',
    'cloudkms.cryptoKeys.setIamPolicy',
    'pubsub.topics.setIamPolicy',
    'run.services.setIamPolicy',
    'storage.buckets.setIamPolicy',
  ],
} as const;

/** Predefined roles with a permission of each power, without `roles/`, as of August 2026. Basic roles have all powers. */
const ROLES: Readonly<Record<Power, string>> = {
  administer: `
    accesscontextmanager.admin accesscontextmanager.editor accesscontextmanager.policyAdmin accesscontextmanager.policyEditor admin
    assuredworkloads.admin assuredworkloads.editor billing.admin editor iam.admin iam.denyAdmin iam.organizationRoleAdmin
    iam.roleAdmin iam.securityAdmin iam.workforcePoolAdmin iam.workforcePoolEditor iam.workloadIdentityPoolAdmin orgpolicy.policyAdmin
    owner resourcemanager.folderAdmin resourcemanager.folderIamAdmin resourcemanager.organizationAdmin resourcemanager.projectIamAdmin
    securedlandingzone.bqdwOrgRemediator securityposture.admin securityposture.postureDeployer writer
  `,
  impersonate: `
    admin assuredoss.admin backupdr.computeEngineOperator composer.ServiceAgentV2Ext dataproc.hubAgent earthengine.appsPublisher
    editor iam.admin iam.dataScientist iam.databasesAdmin iam.devOps iam.editor iam.securityAdmin iam.serviceAccountAdmin
    iam.serviceAccountKeyAdmin iam.serviceAccountOpenIdTokenCreator iam.serviceAccountTokenCreator iam.serviceAccountUser
    iam.workloadIdentityUser owner securitycenter.admin storage.editor storage.hmacKeyAdmin
  `,
  login: `
    backupdr.computeEngineOperator cloudmigration.inframanager compute.admin compute.editor compute.instanceAdmin
    compute.instanceAdmin.v1 compute.osAdminLogin dataproc.hubAgent editor iam.devOps iam.infrastructureAdmin iam.networkAdmin
    iam.siteReliabilityEngineer metastore.migrationAdmin notebooks.legacyAdmin owner
  `,
  secrets: `
    owner secretmanager.admin secretmanager.secretAccessor
  `,
  cluster: `
    container.admin iam.infrastructureAdmin owner
  `,
  deploy: `
    aiplatform.admin aiplatform.editor aiplatform.user appengine.admin appengine.appAdmin appengine.deployer appengine.editor
    backupdr.computeEngineOperator cloudbuild.admin cloudbuild.builds.builder cloudbuild.builds.editor cloudbuild.editor
    cloudfunctions.admin cloudfunctions.developer cloudfunctions.editor cloudmigration.inframanager cloudscheduler.admin
    composer.admin composer.editor composer.environmentAndStorageObjectAdmin composer.worker compute.admin compute.editor
    compute.instanceAdmin compute.instanceAdmin.v1 config.admin config.editor dataflow.admin dataflow.developer dataproc.admin
    dataproc.editor dataproc.hubAgent deploymentmanager.admin deploymentmanager.editor editor firebase.admin firebase.developAdmin
    iam.dataScientist iam.devOps iam.infrastructureAdmin iam.mlEngineer iam.networkAdmin iam.siteReliabilityEngineer
    metastore.migrationAdmin notebooks.admin notebooks.editor notebooks.legacyAdmin notebooks.runner owner run.admin run.developer
    run.editor run.sourceDeveloper workflows.admin workflows.editor
  `,
  pods: `
    composer.worker container.admin container.developer container.editor editor iam.infrastructureAdmin iam.mlEngineer owner
  `,
  shell: `
    compute.admin compute.editor compute.instanceAdmin compute.instanceAdmin.v1 compute.osAdminLogin compute.osLogin editor iam.devOps
    iam.infrastructureAdmin iam.networkAdmin iam.siteReliabilityEngineer notebooks.legacyAdmin owner
  `,
  delete: `
    owner resourcemanager.folderAdmin resourcemanager.folderEditor resourcemanager.projectDeleter
  `,
  policy: `
    accesscontextmanager.admin accesscontextmanager.policyAdmin agentidentity.admin aiplatform.admin aiplatform.colabEnterpriseAdmin
    aiplatform.entityTypeOwner aiplatform.featurestoreAdmin aiplatform.featurestoreUser aiplatform.notebookRuntimeAdmin
    analyticshub.admin analyticshub.listingAdmin apigateway.admin apigee.admin apigee.environmentAdmin apigeeregistry.admin
    apphub.admin artifactregistry.admin artifactregistry.containerRegistryMigrationAdmin automl.admin autoscaling.admin
    autoscaling.sitesAdmin backupdr.admin beyondcorp.admin biglake.admin bigquery.admin bigquery.connectionAdmin bigquery.dataOwner
    bigquery.resourceAdmin bigquery.securityAdmin bigquery.studioAdmin bigquerydatapolicy.admin bigtable.admin billing.admin
    binaryauthorization.admin binaryauthorization.attestorsAdmin binaryauthorization.policyAdmin ces.admin cloudaicompanion.admin
    cloudaicompanion.codeRepositoryIndexesAdmin cloudaicompanion.topicAdmin cloudbuild.admin cloudbuild.connectionAdmin
    clouddeploy.admin clouddeploy.customTargetTypeAdmin clouddeploy.policyAdmin cloudfunctions.admin cloudiot.admin cloudkms.admin
    cloudprivatecatalogproducer.admin cloudprivatecatalogproducer.orgAdmin cloudsupport.admin cloudtasks.admin cloudtasks.queueAdmin
    composer.ServiceAgentV2Ext composer.worker compute.admin compute.instanceAdmin compute.instanceAdmin.v1 compute.loadBalancerAdmin
    compute.networkAdmin compute.orgFirewallPolicyAdmin compute.orgSecurityPolicyAdmin compute.orgSecurityPolicyUser
    compute.orgSecurityResourceAdmin compute.securityAdmin compute.storageAdmin compute.xpnAdmin config.admin connectors.admin
    connectors.customConnectorAdmin connectors.endpointAttachmentAdmin connectors.managedZoneAdmin contactcenterinsights.admin
    containeranalysis.admin contentwarehouse.admin contentwarehouse.documentAdmin datacatalog.admin datacatalog.categoryAdmin
    datacatalog.entryGroupOwner datacatalog.entryOwner datacatalog.glossaryOwner datacatalog.tagTemplateOwner dataconnectors.admin
    dataconnectors.connectorAdmin dataform.admin dataform.codeOwner dataform.teamFolderOwner datafusion.admin datamigration.admin
    dataplex.admin dataplex.aspectTypeOwner dataplex.bindingAdmin dataplex.catalogAdmin dataplex.dataDomainAdmin
    dataplex.dataProductsAdmin dataplex.dataScanAdmin dataplex.developer dataplex.entryGroupOwner dataplex.entryTypeOwner
    dataplex.taxonomyAdmin dataproc.admin datastream.admin datastudio.admin datastudio.manager deploymentmanager.admin
    designcenter.admin discoveryengine.admin discoveryengine.agentAdmin discoveryengine.agentspaceAdmin
    discoveryengine.notebookLmOwner discoveryengine.notebookOwner domains.admin earthengine.admin earthengine.appsPublisher
    edgecontainer.admin edgenetwork.admin eventarc.admin firebase.admin firebase.developAdmin geminicloudassist.admin
    geminicloudassist.investigationAdmin geminicloudassist.investigationOwner geminidataanalytics.admin
    geminidataanalytics.dataAgentOwner genomics.admin gkebackup.admin gkebackup.backupAdmin gkebackup.restoreAdmin gkehub.admin
    gkehub.scopeAdmin gkeonprem.admin healthcare.annotationStoreAdmin healthcare.consentStoreAdmin healthcare.datasetAdmin
    healthcare.dicomStoreAdmin healthcare.fhirStoreAdmin healthcare.hl7V2StoreAdmin iam.admin iam.databasesAdmin iam.devOps
    iam.infrastructureAdmin iam.mlEngineer iam.networkAdmin iam.securityAdmin iam.serviceAccountAdmin iam.siteReliabilityEngineer
    iam.workforcePoolAdmin iam.workloadIdentityPoolAdmin iamconnectors.admin iap.admin identityplatform.admin identitytoolkit.admin
    ids.admin krmapihosting.admin logging.admin lookerstudio.lookerAdmin managedidentities.admin managedidentities.backupAdmin
    managedidentities.domainAdmin managedidentities.peeringAdmin metastore.admin metastore.metadataOwner ml.admin ml.developer
    ml.jobOwner ml.modelOwner networkconnectivity.groupAdmin networkconnectivity.hubAdmin networkconnectivity.spokeAdmin
    networkmanagement.admin networksecurity.admin networkservices.admin notebooks.admin notebooks.legacyAdmin owner privateca.admin
    privilegedaccessmanager.admin proximitybeacon.admin pubsub.admin resourcemanager.folderAdmin resourcemanager.folderIamAdmin
    resourcemanager.organizationAdmin resourcemanager.projectIamAdmin resourcemanager.tagAdmin run.admin runtimeconfig.admin
    secretmanager.admin securedlandingzone.bqdwProjectRemediator securesourcemanager.admin securesourcemanager.instanceOwner
    securesourcemanager.repoAdmin securitycenter.admin securitycenter.sourcesAdmin servicebroker.admin servicedirectory.admin
    servicemanagement.admin source.admin spanner.admin spanner.backupAdmin spanner.databaseAdmin storage.admin storage.folderAdmin
    storage.legacyBucketOwner telemetry.admin telemetry.consumerAdmin visionai.admin vmwareengine.admin vmwareengine.vmwareengineAdmin
    workstations.admin workstations.policyAdmin
  `,
};

/** All powers, the largest first. */
const POWERS = Object.keys(PERMISSIONS) as Power[];

/** Basic roles with write access. */
const BASIC_ROLES: readonly string[] = ['roles/owner', 'roles/editor', 'roles/admin', 'roles/writer'];

const POWERS_OF_ROLES = new Map<string, Power[]>();
for (const power of POWERS) {
  for (const role of ROLES[power].trim().split(/\s+/)) {
    POWERS_OF_ROLES.set(`roles/${role}`, [...(POWERS_OF_ROLES.get(`roles/${role}`) ?? []), power]);
  }
}
for (const role of BASIC_ROLES) POWERS_OF_ROLES.set(role, POWERS);

/** Powers of a predefined role; empty for a role that gives none. */
export function findPowersOfRole(role: string): readonly Power[] {
  return POWERS_OF_ROLES.get(role) ?? [];
}

/** Powers of permissions, as custom roles list them. A wildcard has the powers of all permissions that it matches. */
export function findPowersOfPermissions(permissions: readonly string[]): readonly Power[] {
  return POWERS.filter((power) => permissions.some((permission) => hasPower(permission, power)));
}

function hasPower(permission: string, power: Power): boolean {
  if (power === 'policy' && permission.endsWith('.setIamPolicy') && permission !== 'storage.objects.setIamPolicy') return true;
  const pattern = new RegExp(`^${permission.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  return PERMISSIONS[power].some((name) => pattern.test(name));
}
