/** Operators stop promotions at once, of all models or of one: every door to production says so, and a rollback does not ask. */
import { describe, expect, it } from 'vitest';
import { expecting } from '../../../lib/domain/change/expecting.ts';
import { askPromotion } from '../../../lib/domain/gate/ask-promotion.ts';
import { changeLine, type LineClaim, waitingFor } from '../../../lib/domain/gate/change-line.ts';
import { judgeDeployment, judgeFlip, judgeGate, type PromotionFacts } from '../../../lib/domain/gate/gate.ts';
import { recordDenied } from '../../../lib/domain/gate/promotion.ts';
import { readLines } from '../../../lib/domain/gate/read-obstacles.ts';
import { CONFIGURATION_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { ALL_MODELS, type Line, LineScope } from '../../../lib/domain/records/line.ts';
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
  const change = (to: LineClaim['to'], scope: LineClaim['scope'] = OURS) =>
    changeLine({ ...why, scope, to }, store, tickingClock());
  const told = () => store.outbox.flatMap(({ intent }) => (intent.kind === 'publish_event' ? [intent] : []));
  return { store, change, told };
};

describe('the line (GT-6)', () => {
  it('is stopped and started by an operator, each on record on the chain of the model', async () => {
    const { store, change, told } = inStore();

    const stopped = await change('stopped');
    const changed = { by: 'olga', at: expect.any(String), reason: why.reason, linkedIncident: 'INC-9' };
    expect(stopped).toEqual({ entity: 'line', version: 1, scope: MODEL, status: 'stopped', changed });
    expect(await store.get('line', MODEL)).toEqual(stopped);
    expect(await change('running')).toMatchObject({ version: 2, status: 'running' });
    expect((await change('stopped')).version).toBe(3);

    const about = { model_name: MODEL, release_id: '', actor_id: 'olga', reason: why.reason, linked_incident: 'INC-9' };
    expect((await store.events(MODEL)).map(({ event }) => event)).toMatchObject([
      { ...about, event_type: 'line_stopped' },
      { ...about, event_type: 'line_started' },
      { ...about, event_type: 'line_stopped' },
    ]);
    expect(told().map(({ detailType, detail }) => [detailType, detail])).toEqual([
      ['Line Stopped', `{"modelName":"${MODEL}"}`],
      ['Line Started', `{"modelName":"${MODEL}"}`],
      ['Line Stopped', `{"modelName":"${MODEL}"}`],
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

  it('says what waits when it starts: what is approved and not on its way', () => {
    const other = { ...denied, modelName: 'other' as typeof denied.modelName };
    const releases = [denied, other, draft, { ...approved, updatedAt: NOW }];

    expect(waitingFor(OURS, releases, NOW)).toEqual([denied]);
    expect(waitingFor(ALL_MODELS, releases, NOW)).toEqual([denied, other]);
  });
});

describe('while the line is stopped', () => {
  const facts: PromotionFacts = {
    ...NOTHING_BEFORE,
    ...{ release: approved, checks, request: approvedRequest, departures: [], decisionKeyPem: DECISION_KEY.pem },
    approvals: [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')],
    artifactSha256: digestOf('artifact'),
    now: NOW,
  };
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
