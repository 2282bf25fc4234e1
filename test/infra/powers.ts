/** What each role of a template may do, in the words of docs/threat-model.md. */
import type { Template } from 'aws-cdk-lib/assertions';
import { chainPrefix, OUTBOX } from '../../lib/domain/change/partitions.ts';
import { StageName } from '../../lib/domain/checks/vocabulary.ts';
import { OWN_CHAINS } from '../../lib/domain/ledger/event.ts';
import { statementsOf } from './policy-evaluation.ts';
import { roleStatements, textOf } from './template.ts';

export type Powers = {
  /** The partitions of the table that it may put rows into, by their first word, and the chains of no model. */
  readonly writes: readonly string[];
  /** The kinds of side effects that it may note. */
  readonly notes: readonly string[];
  /** Everything else that is neither reading nor writing its own log. */
  readonly may: readonly string[];
};

/** Every role of a template, by the name of the Lambda or the machine that has it. */
export const powersOf = (template: Template): ReadonlyMap<string, Powers> => {
  const actions = [...actionsOfRoles(template), ...usesOfKeys(template)];
  const closed = closedChains(template);
  return new Map(
    Object.keys(template.findResources('AWS::IAM::Role'))
      .map(nameOf)
      .map((name) => {
        const words = actions.filter(({ role }) => role === name).flatMap(wordsOf);
        const put = words.flatMap((word) => (word.startsWith(PUT) ? [word.slice(PUT.length)] : []));
        const notes = put.filter((partition) => partition.startsWith(OUTBOX));
        return [
          name,
          {
            writes: distinct([
              ...put.filter((partition) => !notes.includes(partition)),
              ...(put.includes('CHAIN') ? OWN_CHAINS.filter((chain) => !closed.get(name)?.includes(chain)) : []),
            ]),
            notes: distinct(notes.map((partition) => partition.slice(OUTBOX.length))),
            may: distinct(words.filter((word) => !word.startsWith(PUT))),
          },
        ];
      }),
  );
};

/** The actions that each role is allowed, by its own policies, by those that it shares, and by the policies of keys. */
export const grantsOf = (template: Template): ReadonlyMap<string, ReadonlySet<string>> => {
  const allowed = [...actionsOfRoles(template), ...usesOfKeys(template)];
  const grants = new Map<string, Set<string>>();
  for (const { role, action } of allowed) grants.set(role, (grants.get(role) ?? new Set()).add(action));
  return grants;
};

type Allowed = {
  readonly role: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly partitions: readonly string[];
};

const PUT = 'dynamodb:PutItem ';
const distinct = (words: readonly string[]): string[] => [...new Set(words)].toSorted();

/** The logical id of a role, or its ARN: `GovernanceWorkflowPinEvidenceRole0123ABCD`. */
const nameOf = (role: string): string => {
  const [, name] =
    /^<?Governance(?:Workflow|Intake|Doors|Analytics|Log|Serving|Holds|Rehearsal|RegistryReview|Monitoring|Outbox|Measuring|AccountWatch)?(\w+?)Role[0-9A-F]{8}\b/.exec(
      role,
    ) ?? [];
  if (name === undefined) throw new Error(`the role ${role} has no name that the threat model knows`);
  return name;
};

/** The chains of no model that a role may not append to. Nothing else is denied to any, but to scan the table. */
const closedChains = (template: Template): ReadonlyMap<string, readonly string[]> =>
  new Map(
    roleStatements(template)
      .filter(({ Effect, Action }) => Effect === 'Deny' && Action.join() !== 'dynamodb:PartiQLSelect')
      .map(({ role, Action, Condition }) => {
        const { 'ForAnyValue:StringEquals': chains, ...others } = Condition ?? {};
        const keys = [chains?.['dynamodb:LeadingKeys'] ?? []].flat().map(String);
        const isOfChains = keys.every((key) => key.startsWith(chainPrefix)) && Object.keys(others).length === 0;
        if (Action.join() !== 'dynamodb:PutItem' || !isOfChains) throw new Error(`${role} is denied something else`);
        return [nameOf(role), keys.map((key) => key.slice(chainPrefix.length))];
      }),
  );

const actionsOfRoles = (template: Template): Allowed[] =>
  roleStatements(template).flatMap(({ role, Effect, Action, Resource, Condition }) => {
    if (Effect !== 'Allow') return [];
    const keys = Object.values(Condition ?? {}).flatMap((it) => it['dynamodb:LeadingKeys'] ?? []);
    const partitions = keys.map(String).filter((it) => it !== 'false');
    return Action.map((action) => ({ role: nameOf(role), action, resources: Resource.map(textOf), partitions }));
  });

/** Keys are used by the right of their own policies. What those let the account's administrators do is no role's of ours. */
const usesOfKeys = (template: Template): Allowed[] =>
  Object.entries(template.findResources('AWS::KMS::Key')).flatMap(([id, { Properties }]) =>
    statementsOf(Properties.KeyPolicy)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Principal, Action }) =>
        Principal.filter((principal) => principal.startsWith('<Governance')).flatMap((principal) =>
          Action.map((action) => ({ role: nameOf(principal), action, resources: [id], partitions: [] })),
        ),
      ),
  );

const READING =
  /^\w+:(?:(?:BatchGet|BatchCheck|Describe|Get|List)[A-Z]\w*|Query|PartiQLSelect|ConditionCheckItem|GET)$/;
/** To its own log group alone. The retention of an object comes with the right to put it. */
const WITH_OTHERS = ['logs:CreateLogStream', 'logs:PutLogEvents', 's3:PutObjectRetention'];

const wordsOf = ({ role, action, resources, partitions }: Allowed): string[] => {
  if (READING.test(action) || WITH_OTHERS.includes(action)) return [];
  if (action.startsWith('dynamodb:')) {
    return (partitions.length === 0 ? ['everything'] : partitions).map(
      (key) => `${action} ${key.replace(/#?\*$/, '')}`,
    );
  }
  if (action.startsWith('kms:')) return resources.map((id) => `${action} ${keyOf(id)}`);
  if (action.startsWith('s3:')) return resources.map((resource) => `${action} ${placeOf(role, resource)}`);
  return [action];
};

const keyOf = (id: string): string => id.replace(/^GovernanceKeys/, '').replace(/[0-9A-F]{8}$/, '');

/** `ledger/events` of `<GovernanceLedgerBucket0123ABCD.Arn>/events/v1/*`; what has the name of the role's stage is its own. */
const placeOf = (role: string, resource: string): string => {
  const stage = StageName.options.find((name) => `evaluate${name.replaceAll('_', '')}` === role.toLowerCase());
  const [, bucket = '', path = ''] =
    /^(?:<Governance(\w+?)[0-9A-F]{8}\.Arn>|arn:.*:s3:::assay-(?=models))(.*)$/.exec(resource) ?? [];
  const [, kind] =
    /^(Ledger|Evidence|LockedCopies|LargeTables|Analytics|OutboxFailedBatches)(?:Bucket)?$/.exec(bucket) ?? [];
  const place = kind === undefined ? path.replace(/-<AWS::AccountId>(?:\/\*(?!governance))?/, '') : `${kind}${path}`;
  // At the top of the bucket, or in a folder of it.
  const words = place.replaceAll('/v1', '').replace('/*governance', '/governance').replaceAll('/*', '');
  return stage === undefined ? words : words.replace(`/${stage}`, '/its stage');
};
