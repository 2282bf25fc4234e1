import type { Change } from '../change/change.ts';
import { publishedDetail } from '../change/published.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { CONFIGURATION_CHAIN } from '../ledger/event.ts';
import { ALL_MODELS, type Line, type LineScope } from '../records/line.ts';
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
 * Afterwards the line of all models, or of one, is stopped or runs, on record. Asked again, nothing changes. Every step of a promotion
 * up to the flip judges by it and holds it; a rollback does not. Refuses a model that no release is of: a misspelt name stops nothing.
 */
export const changeLine = (claim: LineClaim, store: ReleaseStore, now: () => Instant): Promise<Line> =>
  untilCommitted(async () => {
    const { scope, to } = claim;
    const isKnown = scope === ALL_MODELS || (await store.releases()).some(({ modelName }) => modelName === scope);
    if (!isKnown) throw new Refusal('NotFound', `there is no release of a model ${scope}`);
    const line = await readLine(store, scope);
    if (line.status === to) return line;
    const at = now();
    const { after, change } = recordLine(line, claim, at);
    await store.commit(change, at);
    return { ...after, version: line.version + 1 };
  });

/** The event stands on the chain of the model, or, if it is about all, on that of the configuration. */
export const recordLine = (
  line: Line,
  { scope, to, actor, reason, linkedIncident }: LineClaim,
  at: Instant,
): { after: Line; change: Change } => {
  const after: Line = { ...line, status: to, changed: { by: actor.id, at, reason, linkedIncident } };
  const modelName = scope === ALL_MODELS ? '' : scope;
  const [event_type, detailType] =
    to === 'stopped' ? (['line_stopped', 'Line Stopped'] as const) : (['line_started', 'Line Started'] as const);
  const change: Change = {
    model: scope === ALL_MODELS ? CONFIGURATION_CHAIN : scope,
    event: eventWithoutRelease(actor, {
      event_type,
      model_name: modelName,
      idempotency_key: `line:${scope}:${line.version + 1}`,
      reason,
      linked_incident: linkedIncident,
    }),
    writes: [{ kind: line.version === 0 ? 'create' : 'replace', entity: after }],
    intents: [publishedDetail(detailType, { modelName })],
  };
  return { after, change };
};

/** The approved releases of a scope of which no promotion is under way: starting the line promotes none of them. */
export const waitingFor = (scope: LineScope, releases: readonly Release[], now: Instant): Release[] =>
  releases.filter(
    (release) =>
      release.state === 'approved' &&
      (scope === ALL_MODELS || release.modelName === scope) &&
      !isPromoting(release, now),
  );
