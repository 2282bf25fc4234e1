/** Operators stop promotions at once, of all models or of one: every door to production says so, and a rollback does not ask. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expecting } from '../../../lib/domain/change/expecting.ts';
import { askPromotion } from '../../../lib/domain/gate/ask-promotion.ts';
import { changeLine, type LineClaim, waitingFor } from '../../../lib/domain/gate/change-line.ts';
import { judgeDeployment, judgeFlip, judgeGate, type PromotionFacts } from '../../../lib/domain/gate/gate.ts';
import { recordDenied } from '../../../lib/domain/gate/promotion.ts';
import { readLines } from '../../../lib/domain/gate/read-obstacles.ts';
import { CONFIGURATION_CHAIN } from '../../../lib/domain/ledger/event.ts';
import {
  ALL_MODELS,
  isStopped,
  type Line,
  LineScope,
  neverStopped,
  STOPS_MAX,
  stopsOf,
} from '../../../lib/domain/records/line.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { tickingClock } from '../../support/intake.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import {
  aLine,
  anApprovalOf,
  aPointer,
  approved,
  approvedRequest,
  aStop,
  checks,
  draft,
  inProduction,
  keptPolicy,
  MODEL,
  NOTHING_BEFORE,
} from '../../support/release-life.ts';

const actor = { id: 'olga', role: 'operator', auth: 'jwt' };
const denied = { ...approved, reasons: [{ rule: 'line', evidence: '', explanation: 'it is stopped' }] };
const OURS = denied.modelName;
const why = { actor, reason: 'the answers are wrong', linkedIncident: 'INC-9' };
const inStore = (...lines: Line[]) => {
  const store = memoryReleaseStore();
  store.seed(denied, keptPolicy, ...lines);
  const change = (to: LineClaim['to'], scope: LineClaim['scope'] = OURS, linkedIncident = why.linkedIncident) =>
    changeLine({ ...why, scope, to, linkedIncident }, store, tickingClock());
  const told = () =>
    store.outbox.flatMap(({ intent }) =>
      intent.kind === 'publish_event' ? [[intent.detailType, JSON.parse(intent.detail)]] : [],
    );
  return { store, change, told };
};

const facts: PromotionFacts = {
  ...NOTHING_BEFORE,
  ...{ release: approved, checks, request: approvedRequest, departures: [], decisionKeyPem: DECISION_KEY.pem },
  approvals: [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')],
  artifactSha256: digestOf('artifact'),
  now: NOW,
};

describe('the line (GT-6)', () => {
  it('is stopped and started by an operator, each on record on the chain of the model', async () => {
    const { store, change, told } = inStore();

    const stopped = await change('stopped');
    const changed = { by: 'olga', at: expect.any(String), reason: why.reason, linkedIncident: 'INC-9' };
    const stops = [changed];
    expect(stopped).toEqual({ entity: 'line', version: 1, scope: MODEL, status: 'stopped', changed, stops });
    expect(await store.get('line', MODEL)).toEqual(stopped);
    expect(await change('running')).toMatchObject({ version: 2, status: 'running', changed, stops: [] });
    expect((await change('stopped')).version).toBe(3);

    const about = { model_name: MODEL, release_id: '', actor_id: 'olga', reason: why.reason, linked_incident: 'INC-9' };
    expect((await store.events(MODEL)).map(({ event }) => event)).toMatchObject([
      { ...about, event_type: 'line_stopped', details: { stopped_for: ['INC-9'] } },
      { ...about, event_type: 'line_started', details: { stopped_for: [] } },
      { ...about, event_type: 'line_stopped', details: { stopped_for: ['INC-9'] } },
    ]);
    const of = { modelName: MODEL, incident: 'INC-9' };
    expect(told()).toEqual([
      ['Line Stopped', { ...of, stoppedFor: ['INC-9'] }],
      ['Line Started', { ...of, stoppedFor: [] }],
      ['Line Stopped', { ...of, stoppedFor: ['INC-9'] }],
    ]);
  });

  it('of all models has a row that no model can have, and stands on the chain of the configuration', async () => {
    const { store, change } = inStore();

    await change('stopped', ALL_MODELS);

    expect((await store.events(CONFIGURATION_CHAIN)).map(({ event }) => event)).toMatchObject([
      { event_type: 'line_stopped', model_name: '' },
    ]);
    expect(LineScope.options[1].safeParse(ALL_MODELS).success).toBe(false);
    expect(await readLines(denied, store)).toMatchObject({
      wholeLine: { scope: ALL_MODELS, status: 'stopped' },
      ownLine: { scope: MODEL, status: 'running', version: 0 },
    });
  });

  it('changes nothing when it is asked again, and keeps who was first', async () => {
    const { store, change } = inStore(aLine());

    expect(await change('stopped')).toEqual(aLine());
    expect((await change('running', ALL_MODELS)).version).toBe(0);

    expect(store.outbox).toEqual([]);
  });

  it('is not stopped for a model that nobody knows', async () => {
    const { store, change } = inStore();
    const scope = 'misspelt' as LineClaim['scope'];

    expect(await refusalOf(() => change('stopped', scope))).toMatchObject({ code: 'NotFound' });

    expect(await store.get('line', scope)).toBeUndefined();
  });

  it.each<readonly ['INC-1' | 'INC-2', 'INC-1' | 'INC-2']>([
    ['INC-1', 'INC-2'],
    ['INC-2', 'INC-1'],
  ])('stopped for two incidents runs when both were lifted, %s before %s', async (first, second) => {
    const { store, change, told } = inStore();
    await change('stopped', OURS, 'INC-1');
    await change('stopped', OURS, 'INC-2');

    const between = await change('running', OURS, first);
    expect(between).toMatchObject({ status: 'stopped', stops: [{ linkedIncident: second }] });
    expect(judgeGate({ ...facts, ownLine: between })).toMatchObject({
      outcome: 'deny',
      reasons: [{ rule: 'line', explanation: expect.stringContaining(`(${second})`) }],
    });
    expect(await change('running', OURS, second)).toMatchObject({ status: 'running', stops: [] });

    const events = (await store.events(MODEL)).slice(2).map(({ event }) => event);
    expect(events).toMatchObject([
      { event_type: 'line_stop_lifted', linked_incident: first, details: { stopped_for: [second] } },
      { event_type: 'line_started', linked_incident: second, details: { stopped_for: [] } },
    ]);
    expect(told().slice(2)).toEqual([
      ['Line Stop Lifted', { modelName: MODEL, incident: first, stoppedFor: [second] }],
      ['Line Started', { modelName: MODEL, incident: second, stoppedFor: [] }],
    ]);
  });

  it('is not started by an incident that it is not stopped for, and a lift that is asked for again changes nothing', async () => {
    const { store, change } = inStore();
    await change('stopped', OURS, 'INC-1');
    await change('stopped', OURS, 'INC-2');

    const refusal = await refusalOf(() => change('running', OURS, 'INC-3'));
    expect(refusal).toMatchObject({ code: 'NotFound', message: expect.stringContaining('but for INC-1, INC-2') });

    const lifted = await change('running', OURS, 'INC-1');
    expect(await change('running', OURS, 'INC-1')).toEqual(lifted);
    expect(await store.events(MODEL)).toHaveLength(3);
  });

  it('that an earlier version stopped counts as stopped for its one incident', async () => {
    const { change } = inStore(aLine());

    expect(await change('stopped', OURS, 'INC-2')).toMatchObject({
      stops: [aStop('INC-9'), { linkedIncident: 'INC-2' }],
    });
    expect(await change('running', OURS, 'INC-2')).toMatchObject({ status: 'stopped', stops: [aStop('INC-9')] });
    expect(await change('running')).toMatchObject({ status: 'running', stops: [] });
  });

  it('that an earlier version started holds nothing against anybody, whatever lies beside it', async () => {
    const { change } = inStore(aLine({ status: 'running', stops: [aStop('INC-1')] }));

    expect(await change('running')).toMatchObject({ version: 1 });
    expect((await change('stopped')).stops).toMatchObject([{ linkedIncident: 'INC-9' }]);
  });

  it('that another version stopped in its own way is started by any incident', async () => {
    const { changed: _, ...bare } = aLine({ status: 'slowed' });

    expect(await inStore(bare).change('running')).toMatchObject({ status: 'running', stops: [] });
  });

  it('is stopped for sixteen incidents at most, and none is dropped for another', async () => {
    const stops = Array.from({ length: STOPS_MAX }, (_, at) => aStop(`INC-${at}`));
    const { change } = inStore(aLine({ stops }));

    expect(await refusalOf(() => change('stopped', OURS, 'INC-99'))).toMatchObject({ code: 'AskedTooOften' });
    expect((await change('stopped')).stops).toEqual(stops);
    expect((await change('running', OURS, 'INC-3')).stops).toHaveLength(STOPS_MAX - 1);
    expect((await change('stopped', OURS, 'INC-99')).stops).toHaveLength(STOPS_MAX);
  });

  it('runs exactly when it is stopped for no incident, whatever was ordered (fast-check)', async () => {
    const order = fc.tuple(fc.constantFrom('stopped' as const, 'running' as const), fc.integer({ min: 1, max: 4 }));
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 20 }), async (orders) => {
        const { store, change } = inStore();
        const standing = new Set<string>();
        for (const [to, number] of orders) {
          const incident = `INC-${number}`;
          // A lift of what nobody stopped may be refused.
          await change(to, OURS, incident).catch(() => undefined);
          if (to === 'stopped') standing.add(incident);
          else standing.delete(incident);
        }

        const line = (await store.get('line', MODEL)) ?? neverStopped(OURS);
        expect(stopsOf(line).map(({ linkedIncident }) => linkedIncident)).toEqual([...standing]);
        expect(isStopped(line)).toBe(standing.size > 0);
      }),
      { numRuns: 100 },
    );
  });

  it('says what waits when it starts: what is approved and not on its way', () => {
    const other = { ...denied, modelName: 'other' as typeof denied.modelName };
    const releases = [denied, other, draft, { ...approved, updatedAt: NOW }];

    expect(waitingFor(OURS, releases, NOW)).toEqual([denied]);
    expect(waitingFor(ALL_MODELS, releases, NOW)).toEqual([denied, other]);
  });
});

describe('while the line is stopped', () => {
  const wholeLine = aLine({ scope: ALL_MODELS });
  const reasonsOf = (decision: ReturnType<typeof judgeGate>) => (decision.outcome === 'deny' ? decision.reasons : []);

  it.each([
    ['of all models', { wholeLine }, 'the line of all models is stopped'],
    ['of the model', { ownLine: aLine() }, `the line of ${MODEL} is stopped`],
    ['in a way that another version knows', { ownLine: aLine({ status: 'slowed' }) }, 'is stopped'],
  ])('%s, the gate denies a promotion by who, since when and why', (_, stopped, explanation) => {
    const [reason, ...others] = reasonsOf(judgeGate({ ...facts, ...stopped }));

    expect(judgeGate(facts)).toEqual({ outcome: 'allow' });
    expect(others).toEqual([]);
    expect(reason).toMatchObject({ rule: 'line', explanation: expect.stringContaining(explanation) });
    expect(reason?.explanation).toContain(`since ${NOW} by olga (INC-9): the answers are wrong`);
  });

  it('nothing is ordered or flipped any more', () => {
    const stopped = { ...facts, wholeLine };

    expect(reasonsOf(judgeFlip(stopped)).map(({ rule }) => rule)).toEqual(['line']);
    expect(
      reasonsOf(judgeDeployment({ ...stopped, found: undefined, inProduction: [] })).map(({ rule }) => rule),
    ).toEqual(['line']);
  });

  it('a release that nobody has judged yet is denied for that, too, and one in production goes on', () => {
    const { changed: _, ...bare } = wholeLine;
    const early = reasonsOf(judgeGate({ ...facts, release: draft, wholeLine: bare }));

    expect(early.find(({ rule }) => rule === 'line')?.explanation).toBe('the line of all models is stopped');
    expect(judgeGate({ ...facts, release: inProduction, pointer: aPointer(), wholeLine })).toEqual({
      outcome: 'allow',
    });
  });

  it('an operator who asks for a promotion is told so at once', async () => {
    const { store, change } = inStore(wholeLine, aLine());
    const ask = () => askPromotion({ releaseId: denied.releaseId, actor, reason: 'again' }, store, tickingClock());

    const refusal = await refusalOf(ask);
    expect(refusal).toMatchObject({ code: 'PromotionImpossible' });
    expect(refusal.message).toContain('the line of all models is stopped');
    expect(refusal.message).toContain(`the line of ${MODEL} is stopped`);
    expect(refusal.remedy).toMatch(/assay line start\. .*assay line start --model .* assay promote/);

    await change('running', ALL_MODELS);
    await change('running');
    expect((await ask()).outcome).toBe('requested');
  });

  it('what was judged before the first stop is not committed after it', async () => {
    const { store, change } = inStore();
    const { wholeLine: whole, ownLine } = await readLines(denied, store);
    const reasons = [{ rule: 'r', evidence: '', explanation: 'why' }] as const;
    const judged = expecting(recordDenied(denied, { outcome: 'deny', reasons }, NOW), whole, ownLine);

    await change('stopped', ALL_MODELS);

    await expect(store.commit(judged, NOW)).rejects.toThrow(Conflict);
  });
});
