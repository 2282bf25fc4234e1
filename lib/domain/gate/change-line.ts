import type { Change } from '../change/change.ts';
import { publishedDetail } from '../change/published.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { CONFIGURATION_CHAIN } from '../ledger/event.ts';
import { ALL_MODELS, isStopped, type Line, type LineAct, type LineScope, STOPS_MAX, stopsOf } from '../records/line.ts';
import { Refusal } from '../refusal.ts';
import { isPromoting } from '../release/promotion-attempt.ts';
import type { Release } from '../release/release.ts';
import { type Actor, eventWithoutRelease } from '../release/release-event.ts';
import { readLine } from './read-obstacles.ts';

export type LineClaim = {
  readonly scope: LineScope;
  readonly to: 'stopped' | 'running';
  readonly actor: Actor;
  readonly reason: string;
  readonly linkedIncident: string;
};

/**
 * Afterwards the line of all models, or of one, is stopped for an incident, or no longer for it, on record: it runs when it is stopped
 * for none. Asked again, nothing changes. Every step of a promotion up to the flip judges by it and holds it; a rollback does not.
 * Refuses a model that no release is of, and to lift what nobody stopped: a misspelt name neither stops nor starts anything.
 */
export const changeLine = (claim: LineClaim, store: ReleaseStore, now: () => Instant): Promise<Line> =>
  untilCommitted(async () => {
    const { scope } = claim;
    if (scope !== ALL_MODELS && (await store.releasePage({ model: scope }, { limit: 1 })).items.length === 0)
      throw new Refusal('NotFound', `there is no release of a model ${scope}`);
    const line = await readLine(store, scope);
    if (isDone(line, claim)) return line;
    const at = now();
    const { after, change } = recordLine(line, claim, at);
    await store.commit(change, at);
    return { ...after, version: line.version + 1 };
  });

const isFor =
  (incident: string) =>
  ({ linkedIncident }: LineAct): boolean =>
    linkedIncident === incident;

/** Whether the order has been carried out already. Refuses one that cannot be. */
const isDone = (line: Line, { to, linkedIncident }: LineClaim): boolean => {
  const stops = stopsOf(line);
  const isStoppedForIt = stops.some(isFor(linkedIncident));
  if (to === 'stopped') {
    if (!isStoppedForIt && stops.length >= STOPS_MAX)
      throw new Refusal('AskedTooOften', `the line is stopped for ${STOPS_MAX} incidents already: lift one first`);
    return isStoppedForIt;
  }
  // What another version stopped, in a way that is not known here, has no incident to be named.
  if (isStoppedForIt || (isStopped(line) && stops.length === 0)) return false;
  if (!isStopped(line) || line.changed?.linkedIncident === linkedIncident) return true;
  const others = stops.map((stop) => stop.linkedIncident).join(', ');
  throw new Refusal('NotFound', `the line is not stopped for ${linkedIncident}, but for ${others}`);
};

/** The event stands on the chain of the model, or, if it is about all, on that of the configuration. */
export const recordLine = (line: Line, claim: LineClaim, at: Instant): { after: Line; change: Change } => {
  const { scope, actor, reason, linkedIncident } = claim;
  const act: LineAct = { by: actor.id, at, reason, linkedIncident };
  const others = stopsOf(line).filter((stop) => !isFor(linkedIncident)(stop));
  const stops = claim.to === 'stopped' ? [...others, act] : others;
  const after: Line = { ...line, status: stops.length === 0 ? 'running' : 'stopped', changed: act, stops };
  const modelName = scope === ALL_MODELS ? '' : scope;
  const [event_type, detailType] = wordsOf(claim, after);
  const incidents = stops.map((stop) => stop.linkedIncident);
  const change: Change = {
    model: scope === ALL_MODELS ? CONFIGURATION_CHAIN : scope,
    event: eventWithoutRelease(actor, {
      event_type,
      model_name: modelName,
      idempotency_key: `line:${scope}:${line.version + 1}`,
      reason,
      linked_incident: linkedIncident,
      details: { stopped_for: incidents },
    }),
    writes: [{ kind: line.version === 0 ? 'create' : 'replace', entity: after }],
    intents: [publishedDetail(detailType, { modelName, incident: linkedIncident, stoppedFor: incidents })],
  };
  return { after, change };
};

/** It is started by lifting the last stop. */
const wordsOf = ({ to }: LineClaim, after: Line) => {
  if (to === 'stopped') return ['line_stopped', 'Line Stopped'] as const;
  return isStopped(after)
    ? (['line_stop_lifted', 'Line Stop Lifted'] as const)
    : (['line_started', 'Line Started'] as const);
};

/** The approved releases of a scope of which no promotion is under way: starting the line promotes none of them. */
export const waitingFor = (scope: LineScope, releases: readonly Release[], now: Instant): Release[] =>
  releases.filter(
    (release) =>
      release.state === 'approved' &&
      (scope === ALL_MODELS || release.modelName === scope) &&
      !isPromoting(release, now),
  );
