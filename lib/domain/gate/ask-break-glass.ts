/** How two people open one release's way past freeze windows and a stopped line, close it again, and say afterwards what was done. */
import { confirmationReasons } from '../approval/separation-of-duties.ts';
import type { Change } from '../change/change.ts';
import { publishedDetail } from '../change/published.ts';
import { recordRefusal, withinBound } from '../change/refusal-bounds.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { HOUR_MS, MINUTE_MS, plusMilliseconds } from '../instant.ts';
import type { BreakGlassRule } from '../policy/break-glass.ts';
import { isAmong } from '../policy/identities.ts';
import { type BreakGlass, breakGlassStatus, isOwed } from '../records/break-glass.ts';
import { Refusal } from '../refusal.ts';
import { isPromoting } from '../release/promotion-attempt.ts';
import { endpointNameOf, type Release } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';
import { isUsedBy, placeOf } from './break-glass.ts';

type Claim = {
  readonly releaseId: string;
  readonly actor: Actor;
  /** Every name that the actor has in the directory: one person is one, by whichever. */
  readonly names: readonly string[];
};
type Explained = Claim & { readonly reason: string };

export type BreakGlassRequest = Explained & {
  readonly linkedIncident: string;
  /** For how many hours it is to be open; as long as the policy lets it be if undefined. */
  readonly hours: number | undefined;
  /** What the deployed policy says, and the environment that is deployed. */
  readonly rule: BreakGlassRule;
  readonly environment: string;
};

/**
 * Afterwards a break-glass for an approved release is on record, and waits for another person. It opens nothing. Asked again by the
 * same person for the same incident and no other time, nothing changes. There is one at a time of a model, and none while its last one is owed its
 * documentation. One person asks for so many of a model in a day, and no more: each end closes one that was asked for.
 */
export const requestBreakGlass = (
  claim: BreakGlassRequest,
  store: ReleaseStore,
  now: () => Instant,
): Promise<BreakGlass> =>
  untilCommitted(async () => {
    const { actor, reason, linkedIncident, rule, environment, hours = rule.openHours } = claim;
    const release = await readRelease(claim, store);
    const before = await store.get('break_glass', release.modelName);
    const at = now();
    if (before !== undefined && isSame(before, claim, at)) return before;
    assertPossible(release, before, at);
    assertAllowed(rule, hours);
    const after: BreakGlass = {
      entity: 'break_glass',
      version: before?.version ?? 0,
      modelName: release.modelName,
      number: (before?.number ?? 0) + 1,
      releaseId: release.releaseId,
      environment,
      endpointName: endpointNameOf(release),
      linkedIncident,
      requested: { by: actor.id, at, reason },
      confirmBy: plusMilliseconds(at, rule.confirmMinutes * MINUTE_MS),
      openHours: hours,
      documentDays: rule.documentDays,
    };
    const details = { confirm_by: after.confirmBy, open_hours: hours };
    const change = recordBreakGlass({ release, before, after, actor, type: 'break_glass_requested', reason, details });
    // Each is an event that is kept for years, and pages somebody. Others can ask when one person may not any more.
    const place = { bound: 'break_glass_request', by: [actor.id, release.modelName] } as const;
    await store.commit(await withinBound(change, place, store, at), at);
    return { ...after, version: after.version + 1 };
  });

/** Whether this person has asked for it already, and it is not over. */
const isSame = (
  row: BreakGlass,
  { releaseId, linkedIncident, names, hours = row.openHours }: BreakGlassRequest,
  now: Instant,
): boolean =>
  row.releaseId === releaseId &&
  row.linkedIncident === linkedIncident &&
  row.openHours === hours &&
  isAmong(row.requested.by, names) &&
  isUnderWay(row, now);

const isUnderWay = (row: BreakGlass, now: Instant): boolean =>
  ['requested', 'open'].includes(breakGlassStatus(row, now));

const impossible = (why: string): Refusal => new Refusal('BreakGlassImpossible', why);
const named = ({ number, modelName, releaseId }: BreakGlass): string =>
  `break-glass ${number} of ${modelName}, for ${releaseId},`;

const assertPossible = ({ releaseId, state }: Release, before: BreakGlass | undefined, now: Instant): void => {
  if (state !== 'approved')
    throw impossible(`${releaseId} is ${state}, not approved: a break-glass stands for no approval`);
  if (before === undefined) return;
  if (isUnderWay(before, now)) throw impossible(`${named(before)} is ${breakGlassStatus(before, now)}: end it first`);
  if (isOwed(before)) throw impossible(`${named(before)} was used, and is not documented yet: document it first`);
};

const assertAllowed = ({ openHours }: BreakGlassRule, hours: number): void => {
  if (openHours === 0) throw impossible('the policy allows no break-glass');
  if (hours > openHours) throw impossible(`the policy lets it be open for ${openHours} hours at most, not ${hours}`);
};

/**
 * Afterwards the break-glass of a release is open until its time is over, because a second person confirmed it in time. Asked again,
 * nothing changes. Refuses, on record, who asked for it, by whichever of their names, and whoever made the release.
 */
export const confirmBreakGlass = (claim: Explained, store: ReleaseStore, now: () => Instant): Promise<BreakGlass> =>
  untilCommitted(async () => {
    const { actor, reason } = claim;
    const { release, row } = await readOwn(claim, store);
    const at = now();
    if (row.confirmed !== undefined) return row;
    await refuseOne(claim, { release, row }, store, at);
    if (!isUnderWay(row, at)) throw impossible(`${named(row)} is ${breakGlassStatus(row, at)}: ask for another`);
    const until = plusMilliseconds(at, row.openHours * HOUR_MS);
    const after: BreakGlass = { ...row, confirmed: { by: actor.id, at, reason, until } };
    const details = { requested_by: row.requested.by, open_until: until };
    const step = { release, before: row, after, actor, type: 'break_glass_confirmed', reason, details } as const;
    return commit(step, store, at);
  });

type Own = { readonly release: Release; readonly row: BreakGlass };

const readRelease = async (
  { releaseId }: Pick<Claim, 'releaseId'>,
  store: Pick<ReleaseStore, 'get'>,
): Promise<Release> => {
  const release = await store.get('release', releaseId);
  if (release === undefined) throw new Refusal('NotFound', `there is no release ${releaseId}`);
  return release;
};

const readOwn = async ({ releaseId }: Claim, store: Pick<ReleaseStore, 'get'>): Promise<Own> => {
  const release = await readRelease({ releaseId }, store);
  const row = await store.get('break_glass', release.modelName);
  if (row?.releaseId !== releaseId) throw new Refusal('NotFound', `there is no break-glass for ${releaseId}`);
  return { release, row };
};

/** Refuses, on record, who would be both of the two, or decide about their own work. */
const refuseOne = async (
  { actor, names }: Explained,
  { release, row }: Own,
  store: ReleaseStore,
  at: Instant,
): Promise<void> => {
  const why = [
    ...(isAmong(row.requested.by, names) ? [`${actor.id} asked for it: another person confirms it`] : []),
    ...confirmationReasons(release, actor.id, names),
  ];
  if (why.length === 0) return;
  const refused: Change = {
    model: release.modelName,
    event: releaseEvent(release, actor, {
      event_type: 'break_glass_confirmation_refused',
      idempotency_key: `break_glass:${row.modelName}:${row.number}:${actor.id}:refused:${at}`,
      reason: why.join('; '),
      linked_incident: row.linkedIncident,
      details: { ...placeOf(row), requested_by: row.requested.by },
    }),
    writes: [
      { kind: 'expect', entity: row },
      { kind: 'expect', entity: release },
    ],
    intents: [],
  };
  await recordRefusal(refused, { bound: 'break_glass', by: [actor.id, row.modelName], about: why }, store, at);
  throw new Refusal('SeparationOfDuties', why.join('; '));
};

/** Afterwards the break-glass of a release opens nothing more. What it opened stays, and so does what is owed for it. */
export const endBreakGlass = (claim: Explained, store: ReleaseStore, now: () => Instant): Promise<BreakGlass> =>
  untilCommitted(async () => {
    const { actor, reason } = claim;
    const { release, row } = await readOwn(claim, store);
    const at = now();
    if (!isUnderWay(row, at)) return row;
    const after: BreakGlass = { ...row, ended: { by: actor.id, at, reason } };
    const details = { was_used: row.used !== undefined };
    const step = { release, before: row, after, actor, type: 'break_glass_ended', reason, details } as const;
    return commit(step, store, at);
  });

/**
 * Afterwards what was done by a break-glass, and why, is on record, which ends it and settles what was owed. Documented again,
 * nothing changes: what is on record stays. Refuses one that was never used, and one by which an attempt is on its way: what became
 * of that is part of the account.
 */
export const documentBreakGlass = (
  claim: Claim & { readonly account: string },
  store: ReleaseStore,
  now: () => Instant,
): Promise<BreakGlass> =>
  untilCommitted(async () => {
    const { actor, account } = claim;
    const { release, row } = await readOwn(claim, store);
    if (row.documented !== undefined) return row;
    if (row.used === undefined) throw impossible(`${named(row)} was not used: there is nothing to document`);
    const at = now();
    if (isUsedBy(row, release) && isPromoting(release, at))
      throw impossible(`${release.releaseId} is on its way by ${named(row)} so document it when that has ended`);
    const after: BreakGlass = { ...row, documented: { by: actor.id, at, account } };
    const details = { account, used_at: row.used.at, document_by: row.used.documentBy };
    const step = { release, before: row, after, actor, type: 'break_glass_documented', reason: '', details } as const;
    return commit(step, store, at);
  });

const PUBLISHED = {
  break_glass_requested: 'Break Glass Requested',
  break_glass_confirmed: 'Break Glass Confirmed',
  break_glass_ended: 'Break Glass Ended',
  break_glass_documented: 'Break Glass Documented',
} as const;

type Step = {
  readonly release: Release;
  readonly before: BreakGlass | undefined;
  readonly after: BreakGlass;
  readonly actor: Actor;
  readonly type: keyof typeof PUBLISHED;
  readonly reason: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
};

const commit = async (step: Step, store: ReleaseStore, at: Instant): Promise<BreakGlass> => {
  await store.commit(recordBreakGlass(step), at);
  return { ...step.after, version: step.after.version + 1 };
};

/** A step of a break-glass that a person takes. */
const recordBreakGlass = ({ release, before, after, actor, type, reason, details }: Step): Change => {
  const { modelName, releaseId, number, linkedIncident } = after;
  return {
    model: modelName,
    event: releaseEvent(release, actor, {
      event_type: type,
      idempotency_key: `break_glass:${modelName}:${number}:${type}`,
      reason,
      linked_incident: linkedIncident,
      details: { ...placeOf(after), ...details },
    }),
    writes: [
      { kind: before === undefined ? 'create' : 'replace', entity: after },
      { kind: 'expect', entity: release },
    ],
    intents: [publishedDetail(PUBLISHED[type], { modelName, releaseId, number, incident: linkedIncident })],
  };
};
