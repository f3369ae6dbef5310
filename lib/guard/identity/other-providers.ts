import type { ResourceChange } from '../../terraform/plan';
import { type Block, booleanAt, isBlock, known, listAt, textAt, textsAt, toList, valueAt } from '../../terraform/values';
import { parseYaml } from '../../terraform/yaml';
import { refuse, type Widening, warn } from './widening';

/** Grants of other clouds, of Vault and of databases that a change adds or widens. */
export function findOtherWidenings(change: ResourceChange): readonly Widening[] {
  const read = READERS.find(([types]) => types.test(change.type))?.[1];
  if (read === undefined || change.after === null) return [];
  const had = new Set(change.before === null ? [] : read(change.before).map(({ words }) => words));
  return read(change.after).filter(({ words }) => !had.has(words));
}

const READERS: readonly (readonly [types: RegExp, read: (state: unknown) => readonly Widening[]])[] = [
  [/^aws_iam_.*policy_attachment$/, readAttachment],
  [/^aws_iam_(role|user|group)$/, (state) => [...readDocument(state, 'assume_role_policy'), ...readManaged(state)]],
  [
    /^aws_/,
    (state) => [...['policy', 'access_policies', 'resource_policy'].flatMap((name) => readDocument(state, name)), ...readPrincipal(state)],
  ],
  [/^azurerm_role_assignment$/, readAssignment],
  [/^azurerm_role_definition$/, readDefinition],
  [/^vault_policy$/, readVaultPolicy],
  [/^(postgresql|mysql)_grant$/, readDatabaseGrant],
  [/^postgresql_role$/, readDatabaseRole],
];

const WIDE_AWS_POLICY = /:policy\/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$/;

function readAttachment(state: unknown): readonly Widening[] {
  const policy = known(textAt(state, 'policy_arn')) ?? '';
  return WIDE_AWS_POLICY.test(policy) ? [refuse(`${policy} is attached`)] : [];
}

function readManaged(state: unknown): readonly Widening[] {
  return known(textsAt(state, 'managed_policy_arns')).flatMap((policy) =>
    WIDE_AWS_POLICY.test(policy) ? [refuse(`${policy} is attached`)] : [],
  );
}

/** Permission of a function or a topic for everyone. */
function readPrincipal(state: unknown): readonly Widening[] {
  const isLimited = ['source_arn', 'source_account', 'principal_org_id'].some((name) => known(textAt(state, name)) !== undefined);
  return known(textAt(state, 'principal')) === '*' && !isLimited ? [refuse('everyone may use it')] : [];
}

/** Statements of a policy document of AWS. */
function readDocument(state: unknown, argument: string): readonly Widening[] {
  const text = valueAt(state, argument);
  if (typeof text !== 'string') return [];
  const document = parseYaml(text);
  return listAt(document, 'Statement')
    .filter(isBlock)
    .flatMap((statement) => (statement.Effect === 'Allow' ? readStatement(statement) : []));
}

function readStatement(statement: Block): readonly Widening[] {
  const actions = toList(statement.Action).map(String);
  const isForEveryone = listAt(statement, 'Principal').some((principal) => isEveryone(principal)) && statement.Condition === undefined;
  const isForAll = toList(statement.Resource).includes('*');
  return [
    ...(isForEveryone ? [refuse('everyone may use it (Principal *)')] : []),
    ...(listAt(statement, 'Principal', 'Federated').length > 0 && statement.Condition === undefined
      ? [refuse('every identity of the federated provider is accepted, without a condition')]
      : []),
    ...(isForAll && actions.some((action) => action === '*' || action === '*:*') ? [refuse('it allows all actions on all resources')] : []),
    ...(isForAll && actions.some((action) => LEADING.test(action)) ? [refuse('it allows to change identities and their permissions')] : []),
    ...(statement.NotAction === undefined || statement.Principal !== undefined
      ? []
      : [warn('it allows all actions but those that it lists')]),
  ];
}

function isEveryone(principal: unknown): boolean {
  if (typeof principal === 'string') return principal === '*';
  return isBlock(principal) && Object.values(principal).some((names) => toList(names).includes('*'));
}

/** Actions of AWS that lead to more. */
const LEADING =
  /^(iam:(\*|PassRole|Put\w+Policy|Attach\w+Policy|CreateAccessKey|CreatePolicyVersion|SetDefaultPolicyVersion|UpdateAssumeRolePolicy)|sts:(\*|AssumeRole))$/i;

const WIDE_AZURE_ROLE = /^(Owner|Contributor|User Access Administrator|Role Based Access Control Administrator)$/i;

function readAssignment(state: unknown): readonly Widening[] {
  const role = known(textAt(state, 'role_definition_name')) ?? '';
  const scope = known(textAt(state, 'scope')) ?? '';
  if (!WIDE_AZURE_ROLE.test(role)) return [];
  const isResource = /\/resourceGroups\/[^/]+\/providers\//i.test(scope);
  const words = `${known(textAt(state, 'principal_id')) ?? 'an unknown principal'} gets ${role} on ${scope === '' ? 'an unknown scope' : scope}`;
  return [isResource || /^contributor$/i.test(role) ? warn(words) : refuse(words)];
}

function readDefinition(state: unknown): readonly Widening[] {
  const actions = listAt(state, 'permissions').flatMap((permission) => known(textsAt(permission, 'actions')));
  return actions.some((action) => /^(\*|Microsoft\.Authorization\/(\*|roleAssignments\/(\*|write)))$/i.test(action))
    ? [refuse('the role can grant itself more')]
    : [];
}

function readVaultPolicy(state: unknown): readonly Widening[] {
  const text = known(textAt(state, 'policy')) ?? '';
  return [
    ...(/path\s+"(\*|\+\/\*|sys\/\*)"/.test(text) ? [refuse('it is for all paths of Vault')] : []),
    ...(/"sudo"/.test(text) ? [refuse('it has sudo')] : []),
  ];
}

function readDatabaseGrant(state: unknown): readonly Widening[] {
  const privileges = known(textsAt(state, 'privileges'));
  return [
    ...(/^public$/i.test(known(textAt(state, 'role')) ?? '') && privileges.length > 0
      ? [refuse('every role of the database gets it')]
      : []),
    ...(privileges.some((name) => /^(ALL|ALL PRIVILEGES|GRANT OPTION|SUPER)$/i.test(name)) ? [warn('it grants all privileges')] : []),
  ];
}

function readDatabaseRole(state: unknown): readonly Widening[] {
  return ['superuser', 'create_role', 'replication', 'bypass_row_level_security']
    .filter((name) => known(booleanAt(state, name)) === true)
    .map((name) => (name === 'superuser' ? refuse('the role becomes a superuser') : warn(`the role gets ${name}`)));
}
