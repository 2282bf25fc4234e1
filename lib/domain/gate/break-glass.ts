/** Whether a break-glass lets a release past freeze windows and a stopped line, judged by its row at the moment of use. */
import { confirmationReasons, deploymentReasons } from '../approval/separation-of-duties.ts';
import type { Change } from '../change/change.ts';
import { eventReasons, publishedDetail } from '../change/published.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import type { Instant } from '../identifiers.ts';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../instant.ts';
import { DOCUMENT_DAYS_MAX, OPEN_HOURS_MAX } from '../policy/break-glass.ts';
import { isAmong } from '../policy/identities.ts';
import type { Approval } from '../records/approval.ts';
import { type BreakGlass, isOwed } from '../records/break-glass.ts';
import type { BreakGlassUse } from '../records/break-glass-use.ts';
import { endpointNameOf, type Reason, type Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';

/** Why a break-glass that is there opens nothing. */
export const BREAK_GLASS = 'break_glass';
/** One that was used is not documented, and had to be. */
export const UNDOCUMENTED = 'break_glass_undocumented';

export type BreakGlassFacts = {
  readonly release: Release;
  /** The last break-glass of the model. */
  readonly breakGlass: BreakGlass | undefined;
  readonly now: Instant;
};

/**
 * Who asks. An `order`: what an operator asks for now, or is told of what they could ask for. The gate, where an attempt begins: an
 * operator must have ordered this very attempt, after the confirmation, so neither the attempt that the approval began nor one that
 * waits or was under way goes past by it. A later `step`, and anybody outside: it must be on record that the gate used it for this attempt.
 */
export type Asking = 'order' | 'step' | AtTheGate;
/** What the gate judges an order by. */
export type AtTheGate = { readonly approvals: readonly Approval[]; readonly environment: string };

/** Every reason why a break-glass opens nothing for a release at an instant; none if it is in force. */
export const closedBecause = (
  row: BreakGlass,
  { release, now }: Pick<BreakGlassFacts, 'release' | 'now'>,
  asking: Asking,
): string[] => {
  const { releaseId, endpointName, confirmed, ended, documented } = row;
  return [
    ...(releaseId === release.releaseId ? [] : [`it is of ${releaseId}`]),
    ...(endpointName === endpointNameOf(release) ? [] : [`it is of the endpoint ${endpointName}`]),
    ...(confirmed === undefined
      ? [`no second person has confirmed it, which is possible until ${row.confirmBy}`]
      : confirmationProblems(row, confirmed, { release, now })),
    ...(ended === undefined ? [] : [`${ended.by} ended it at ${ended.at}`]),
    ...(documented === undefined ? [] : [`it was documented at ${documented.at}, which ends it`]),
    ...(typeof asking === 'object' ? orderProblems(row, release, asking) : []),
    ...(asking === 'step' && !isUsedBy(row, release) ? [NOT_USED] : []),
  ];
};

const NOT_USED =
  'the gate has not let this attempt pass by it: only a promotion by Assay, which an operator asks for, goes past';

const orderProblems = (
  { environment, confirmed }: BreakGlass,
  release: Release,
  { approvals, environment: here }: AtTheGate,
): string[] => {
  const { promotionOrder: order, promotionAttempt } = release;
  const other = environment === here ? [] : [`it is of the environment ${environment}`];
  if (order === undefined || order.attempt !== promotionAttempt)
    return [...other, 'no operator asked for this attempt, which Assay began by itself: ask for the promotion'];
  const { by, at } = order;
  const isLater = confirmed !== undefined && at > confirmed.at;
  return [
    ...other,
    ...(isLater ? [] : [`${by} asked for this attempt at ${at}, and nobody had confirmed it then: ask again`]),
    ...deploymentReasons(release, approvals, by),
  ];
};

/** Whether the gate let this attempt at the promotion of a release pass by it. */
export const isUsedBy = ({ releaseId, used }: BreakGlass, release: Release): boolean =>
  releaseId === release.releaseId && used?.attempt === attemptOf(release);

/** Which attempt at its promotion is the last. A former version promoted without a number. */
export const attemptOf = ({ promotionAttempt: attempt = 1 }: Release): number => attempt;

/** The door refuses these; the gate does not take its word for it. */
const confirmationProblems = (
  { requested, confirmBy, openHours }: BreakGlass,
  { by, at, until }: NonNullable<BreakGlass['confirmed']>,
  { release, now }: Pick<BreakGlassFacts, 'release' | 'now'>,
): string[] => [
  ...(isAmong(by, [requested.by]) ? [`${by} asked for it and confirmed it alone`] : []),
  ...confirmationReasons(release, by),
  ...(at < confirmBy ? [] : [`it was confirmed at ${at}, too late`]),
  ...(until <= plusMilliseconds(at, Math.min(openHours, OPEN_HOURS_MAX) * HOUR_MS)
    ? []
    : [`it is open until ${until}, for longer than the ${openHours} hours that were asked for, or than a day`]),
  ...(now < until ? [] : [`its time was over at ${until}`]),
];

export type Opening = {
  /** What still stands in the way, and why the break-glass opens none of it. */
  readonly closed: readonly Reason[];
  /** What the break-glass opens. */
  readonly opened: readonly Reason[];
};

/**
 * Which of these reasons a break-glass opens: all or none. Only those of freeze windows and of the line are ever given here. What
 * is evidence – checks, signatures, approvals, holds, digests – is never opened. The last break-glass of the model stays where it is
 * when it is over, so one of another release is no reason why this one is stopped.
 */
export const openedBy = (
  reasons: readonly Reason[],
  { release, breakGlass, now }: BreakGlassFacts,
  asking: Asking,
): Opening => {
  if (breakGlass?.releaseId !== release.releaseId || reasons.length === 0) return { closed: reasons, opened: [] };
  const why = closedBecause(breakGlass, { release, now }, asking);
  if (why.length === 0) return { closed: [], opened: reasons };
  const { number, modelName } = breakGlass;
  const explanation = `break-glass ${number} of ${modelName} opens nothing for it: ${why.join('; ')}`;
  return { closed: [...reasons, { rule: BREAK_GLASS, evidence: '', explanation }], opened: [] };
};

/** The gate of a model is closed while a break-glass that was used is overdue for its documentation. */
export const debtReasons = ({ breakGlass, now }: Pick<BreakGlassFacts, 'breakGlass' | 'now'>): Reason[] => {
  if (breakGlass?.used === undefined || !isOwed(breakGlass) || now < breakGlass.used.documentBy) return [];
  const { number, modelName, releaseId, used } = breakGlass;
  const explanation = `break-glass ${number} of ${modelName}, by which ${releaseId} passed the gate, had to be documented by ${used.documentBy}`;
  return [{ rule: UNDOCUMENTED, evidence: '', explanation }];
};

/** What serves is denied for its own break-glass only: not for that of a release that came after it, or before. */
export const ownDebtReasons = (facts: BreakGlassFacts): Reason[] =>
  facts.breakGlass?.releaseId === facts.release.releaseId ? debtReasons(facts) : [];

type Use = BreakGlassFacts & { readonly opened: readonly Reason[] };

/**
 * Records that the gate lets this attempt pass by a break-glass: from its first use on, people owe its documentation. Undefined if
 * it opened nothing. Whoever else may write the row could say in it that this attempt used it, or that nothing is owed for years: so
 * the gate says it itself, whatever the row says, and once, which a row of its own keeps; and no later than the policy could let it be.
 */
export const recordUse = ({ release, breakGlass, opened, now }: Use): Change | undefined => {
  if (breakGlass === undefined || opened.length === 0) return undefined;
  const attempt = attemptOf(release);
  const days = Math.min(breakGlass.documentDays, DOCUMENT_DAYS_MAX);
  const first = breakGlass.used ?? { at: now, documentBy: plusMilliseconds(now, days * DAY_MS) };
  const latest = plusMilliseconds(now, DOCUMENT_DAYS_MAX * DAY_MS);
  const used = { at: first.at, documentBy: first.documentBy < latest ? first.documentBy : latest, attempt };
  const after: BreakGlass = { ...breakGlass, used };
  const { modelName, releaseId, number, linkedIncident } = after;
  const noted: BreakGlassUse = {
    ...{ entity: 'break_glass_use', version: 0, modelName, releaseId, usedAt: now },
    ...{ number: String(number), attempt: String(attempt) },
  };
  return {
    model: modelName,
    event: releaseEvent(release, ASSAY, {
      event_type: 'break_glass_used',
      idempotency_key: `break_glass:${modelName}:${number}:used:${attempt}`,
      linked_incident: linkedIncident,
      details: {
        ...placeOf(after),
        attempt,
        opened: eventReasons(opened),
        opened_total: opened.length,
        document_by: used.documentBy,
      },
    }),
    writes: [
      { kind: 'replace', entity: after },
      { kind: 'create', entity: noted },
      { kind: 'expect', entity: release },
    ],
    intents: [publishedDetail('Break Glass Used', { modelName, releaseId, number, incident: linkedIncident })],
  };
};

/** The same, unless it is on record: an earlier call of the step recorded it, and its answer did not arrive. */
export const recordUseOnce = async (use: Use, store: Pick<ReleaseStore, 'get'>): Promise<Change | undefined> => {
  const { breakGlass, release, opened } = use;
  if (breakGlass === undefined || opened.length === 0) return undefined;
  const { modelName, number } = breakGlass;
  const noted = await store.get('break_glass_use', modelName, String(number), String(attemptOf(release)));
  return noted === undefined ? recordUse(use) : undefined;
};

/** What every event of a break-glass says of it. */
export const placeOf = ({ number, environment, endpointName }: BreakGlass) => ({
  number,
  environment,
  endpoint: endpointName,
});
