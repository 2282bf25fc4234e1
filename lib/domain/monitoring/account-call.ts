/** Calls to AWS that change who may do what around a deployment, or that sign with its keys, as CloudTrail tells of them. */
import type { Change } from '../change/change.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { CONFIGURATION_CHAIN, type EventType } from '../ledger/event.ts';
import { madeReadable } from '../readable.ts';
import type { AccountCall } from '../records/account-call.ts';
import { ASSAY, eventWithoutRelease } from '../release/release-event.ts';

/** The calls that change who may do what, by the service that takes them. CloudTrail writes some names with a date. */
export const PERMISSION_CALLS = {
  iam: [
    ...['AttachRolePolicy', 'DetachRolePolicy', 'PutRolePolicy', 'DeleteRolePolicy', 'UpdateAssumeRolePolicy'],
    ...['PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary', 'CreateRole', 'DeleteRole'],
    ...['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion', 'DeletePolicy'],
  ],
  kms: [
    ...['PutKeyPolicy', 'CreateGrant', 'RevokeGrant', 'RetireGrant'],
    ...['DisableKey', 'EnableKey', 'ScheduleKeyDeletion', 'CancelKeyDeletion'],
  ],
  s3: [
    ...['PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl', 'PutBucketOwnershipControls', 'PutBucketVersioning'],
    ...['PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutBucketObjectLockConfiguration'],
  ],
  dynamodb: ['PutResourcePolicy', 'DeleteResourcePolicy'],
  lambda: [
    ...['AddPermission20150331v2', 'RemovePermission20150331v2', 'UpdateFunctionConfiguration20150331v2'],
    'UpdateFunctionCode20150331v2',
  ],
  events: ['PutPermission', 'RemovePermission'],
} as const;
/** The calls that a key signs or authenticates by. */
export const SIGNING_CALLS = ['Sign', 'GenerateMac'] as const;

/** Who called, in words that name nobody: a role, the ID that IAM gave to a user, or a service of AWS. */
export type Caller = { readonly kind: string; readonly id: string; readonly through: string };

/** A call as CloudTrail tells of it. */
export type ToldCall = {
  readonly eventId: string;
  /** `iam:PutRolePolicy`. */
  readonly call: string;
  /** The role, policy, key, bucket, function, table or bus that it is about. */
  readonly resource: string;
  /** The policy that was written, attached or taken away; empty if the call names none. */
  readonly policy: string;
  readonly region: string;
  readonly at: Instant;
  readonly caller: Caller;
};

/** Whoever holds many rights could change them without end: so often a day it is on record, which two large deployments are not. */
export const CALLS_A_DAY = 500;

/**
 * Afterwards a call is on the chain of the configuration, once. `too_many`: this day has enough of them, and the last one on
 * record says so; CloudTrail has the others.
 */
export const recordCall = (
  told: ToldCall,
  store: Pick<ReleaseStore, 'list' | 'commit'>,
  now: () => Instant,
): Promise<'recorded' | 'known' | 'too_many'> =>
  untilCommitted(async () => {
    const day = told.at.slice(0, 10);
    const kind = eventOf(told);
    const seen = await store.list('account_call', day);
    if (seen.some(({ callId }) => callId === told.eventId)) return 'known';
    const before = seen.filter((other) => other.kind === kind).length;
    if (before >= CALLS_A_DAY) return 'too_many';
    const at = now();
    const taken: AccountCall = {
      entity: 'account_call',
      version: 0,
      ...{ day, callId: told.eventId, kind, at: told.at, takenAt: at },
    };
    await store.commit(changeOf(told, taken, before + 1 === CALLS_A_DAY), at);
    return 'recorded';
  });

const eventOf = ({ call }: ToldCall): EventType =>
  SIGNING_CALLS.some((name) => call === `kms:${name}`) ? 'unexpected_signing_found' : 'permission_changed';

const changeOf = (told: ToldCall, taken: AccountCall, isLast: boolean): Change => ({
  model: CONFIGURATION_CHAIN,
  event: eventWithoutRelease(ASSAY, {
    event_type: eventOf(told),
    reason: isLast ? 'the last of this day on record: CloudTrail has those after it' : '',
    idempotency_key: `cloudtrail:${told.eventId}`,
    details: {
      call: shown(told.call),
      resource: shown(told.resource),
      policy: shown(told.policy),
      region: shown(told.region),
      at: told.at,
      by: shown(told.caller.id),
      by_kind: shown(told.caller.kind),
      through: shown(told.caller.through),
      cloudtrail_event_id: told.eventId,
    },
  }),
  writes: [{ kind: 'create', entity: taken }],
  intents: [],
});

const shown = (text: string): string => cut(madeReadable(text), 512);
