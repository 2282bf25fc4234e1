import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedNow, isAskedNow } from '../../../lib/domain/approval/asked-now.ts';
import { assertTurn } from '../../../lib/domain/approval/assert-turn.ts';
import { checklistOf } from '../../../lib/domain/approval/checklist-of.ts';
import { concernedBy } from '../../../lib/domain/approval/concerned.ts';
import { bringInStandIns } from '../../../lib/domain/approval/escalate.ts';
import { decisionReasons } from '../../../lib/domain/approval/judge-decisions.ts';
import { loweredDemands } from '../../../lib/domain/approval/lowered-demands.ts';
import { readCase } from '../../../lib/domain/approval/read-case.ts';
import { unansweredOf } from '../../../lib/domain/approval/remind.ts';
import { stageProgress } from '../../../lib/domain/approval/stage-progress.ts';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { type ApprovalCase, aDecision, aDirectory, aManifest, at, person } from '../../support/approval-case.ts';
import { DECISION_KEY, signedApproval } from '../../support/decision-key.ts';
import { ofContent } from '../../support/denials.ts';
import { ASKING, FACTS, PEOPLE } from '../../support/lowered-tier.ts';
import { refusalOf } from '../../support/refusals.ts';
import { aStagedCase, aStagedPolicy, DEPLOYMENT, decideInStage, TECHNICAL } from '../../support/staged-case.ts';

const TEN = at('2026-11-21T10:00:00.000Z');
const ELEVEN = at('2026-11-21T11:00:00.000Z');
/** After the SLA. */
const FOURTEEN = at('2026-11-21T14:00:00.000Z');
const DENIAL = { decision: 'deny', comment: 'no' } as const;

const requestOf = ({ store, request }: ApprovalCase) => store.get('request', request.requestId);
const eventsOf = async ({ store, release }: ApprovalCase) =>
  (await store.events(release.modelName)).map(({ event }) => event);
const mailsIn = ({ store }: ApprovalCase): string[] =>
  store.outbox.flatMap(({ intent }) => (intent.kind === 'send_approval_mail' ? [intent.personId] : []));
const judged = async (scene: ApprovalCase) => {
  const facts = await readCase(scene.store, scene.directory, scene.request.requestId);
  return decisionReasons({ ...facts, decisionKeyPem: DECISION_KEY.pem }).map(({ explanation }) => explanation);
};

describe('a request whose stages come in order (AP-2)', () => {
  it('keeps its stages, says them in its event, and asks only the people of the first one', async () => {
    const scene = await aStagedCase();

    expect(scene.request.stages).toEqual([
      { name: 'technical', roles: ['ml_lead'], openedAt: scene.request.createdAt },
      { name: 'deployment', roles: ['risk_owner'] },
    ]);
    expect(askedNow(scene.request).map(({ personId }) => personId)).toEqual(['ada', 'katherine']);
    expect((await eventsOf(scene))[0]?.details).toMatchObject({
      stage_order: 'in_order',
      stages: [
        { name: 'technical', roles: ['ml_lead'] },
        { name: 'deployment', roles: ['risk_owner'] },
      ],
    });
    expect(mailsIn(scene)).toEqual(['ada', 'katherine']);
    expect(unansweredOf(scene.request, []).map(({ personId }) => personId)).toEqual(['ada', 'katherine']);
  });

  it('asks those of the next stage when the last seat of the one before is filled, in the same transaction', async () => {
    const scene = await aStagedCase();

    await decideInStage(scene, 'ada', TEN);

    expect((await eventsOf(scene)).at(-1)).toMatchObject({
      event_type: 'approval_granted',
      details: { request_status: 'pending', stage: { name: 'technical', is_complete: true, opens: ['deployment'] } },
    });
    expect((await requestOf(scene))?.stages?.map(({ openedAt }) => openedAt)).toEqual([scene.request.createdAt, TEN]);
    expect(mailsIn(scene)).toEqual(['ada', 'katherine', 'grace']);
    const reminders = scene.store.outbox.filter(({ intent }) => intent.kind === 'remind_people');
    expect(reminders.map(({ dueAt }) => dueAt)).toEqual([expect.any(String), '2026-11-23T15:15:00.000Z']);
    expect(scene.store.commits).toBe(2);
  });

  it('is approved when all are complete, with the answers to its own checklist in each approval', async () => {
    const scene = await aStagedCase();
    await decideInStage(scene, 'ada', TEN);

    const { facts, approval } = await decideInStage(scene, 'grace', ELEVEN);

    expect(facts.request.status).toBe('approved');
    expect(approval.checklist).toEqual(DEPLOYMENT.map((item) => ({ ...item, answer: 'yes' })));
    expect((await eventsOf(scene)).at(-1)?.details).toMatchObject({
      stage: { name: 'deployment', is_complete: true, opens: [] },
    });
    expect(mailsIn(scene)).toHaveLength(3);
    expect(await judged(scene)).toEqual([]);
  });

  it.each([{}, DENIAL, { decision: 'request_changes', comment: 'more' }])(
    'refuses who comes before their turn, though they hold their link: %j',
    async (answered) => {
      const scene = await aStagedCase();

      const refusal = await refusalOf(() => decideInStage(scene, 'grace', TEN, answered));

      expect(refusal).toMatchObject({
        code: 'StageNotOpen',
        message: 'Request is pending in an earlier stage, not yet in deployment',
        violations: [{ field: 'stage', problem: 'stage technical waits for ml_lead' }],
      });
      expect((await requestOf(scene))?.status).toBe('pending');
      expect((await eventsOf(scene)).at(-1)).toMatchObject({ event_type: 'approval_refused', actor_id: 'grace' });
    },
  );

  it('refuses by what is signed: rows that say that a stage is open or who approved open none', async () => {
    const scene = await aStagedCase();
    const stages = scene.request.stages?.map((stage) => ({ ...stage, openedAt: TEN })) ?? [];
    scene.store.seed({ ...scene.request, stages });
    const { approval } = await decideInStage(await aStagedCase(), 'ada', TEN);
    scene.store.seed({ ...approval, signed: undefined } as typeof approval);

    expect((await refusalOf(() => decideInStage(scene, 'grace', ELEVEN))).code).toBe('StageNotOpen');
  });

  it('takes no decision that would be dated before its turn, whatever the clock of a Lambda says', async () => {
    const scene = await aStagedCase();
    await decideInStage(scene, 'ada', ELEVEN);

    expect(await refusalOf(() => decideInStage(scene, 'grace', TEN))).toMatchObject({
      code: 'StageNotOpen',
      violations: [],
    });
    expect((await decideInStage(scene, 'grace', ELEVEN)).facts.request.status).toBe('approved');
  });

  it('ends by a denial of any stage that is open, those that are complete among them', async () => {
    const scene = await aStagedCase();
    await decideInStage(scene, 'ada', TEN);

    await decideInStage(scene, 'katherine', ELEVEN, DENIAL);

    expect((await requestOf(scene))?.status).toBe('rejected');
    expect((await refusalOf(() => decideInStage(scene, 'grace', ELEVEN))).code).toBe('RequestNotPending');
    // Whom nobody has asked yet hears of no outcome.
    const early = await aStagedCase();
    expect(concernedBy({ ...early, approvals: [] }, early.directory).map(({ id }) => id)).toEqual([
      ...['rita', 'ada', 'katherine'],
    ]);
  });

  it('ends by a denial of a stage that has been opened, also where the stage before it is not complete any more', async () => {
    const scene = await aStagedCase({ policy: aStagedPolicy('in_order', { after_denial: 'answer' }) });
    await decideInStage(scene, 'ada', TEN);
    scene.store.seed(ofContent({ decidedBy: 'ada', decidedAt: TEN }));

    expect((await refusalOf(() => decideInStage(scene, 'grace', ELEVEN))).code).toBe('StageNotOpen');
    await decideInStage(scene, 'grace', ELEVEN, DENIAL);

    expect((await requestOf(scene))?.status).toBe('rejected');
  });

  it('asks again only people whose stage is open, where their decisions do not count any more', async () => {
    const scene = await aStagedCase({
      policy: aStagedPolicy('in_order', { roles: ['ml_lead', 'ml_lead', 'risk_owner'] }),
    });
    const { approval } = await decideInStage(await aStagedCase(), 'ada', TEN);
    const { signed: _, ...unsigned } = approval;
    for (const [who, role] of [['ada', 'ml_lead'] as const, ['grace', 'risk_owner'] as const]) {
      scene.store.seed({ ...unsigned, approverId: person(who), approverRole: role });
    }

    await decideInStage(scene, 'katherine', ELEVEN);

    expect(mailsIn(scene).sort()).toEqual(['ada', 'ada', 'katherine']);
  });
});

describe('those who stand in', () => {
  it('are brought in at the SLA, and asked with the stage of the role in which they do', async () => {
    const people = [
      { id: 'ada', roles: ['ml_lead'] },
      { id: 'grace', roles: ['risk_owner'], backups: ['cem'] },
      { id: 'cem', roles: [] },
    ];
    const scene = await aStagedCase({ directory: aDirectory(people) });
    const ports = {
      store: scene.store,
      directory: async () => scene.directory,
      nextNonce: () => 'nonce-of-escalation',
    };

    const change = await bringInStandIns({ requestId: scene.request.requestId }, { ...ports, now: () => FOURTEEN });

    expect(change?.event.details['brought_in']).toEqual([
      { person_id: 'cem', role: 'risk_owner', acting_for: 'grace' },
    ]);
    expect(mailsIn(scene)).toEqual(['ada']);
    await decideInStage(scene, 'ada', FOURTEEN);
    expect(mailsIn(scene)).toEqual(['ada', 'grace', 'cem']);
  });
});

describe('two who fill the last seats of a stage at once', () => {
  it('open the next stage once', async () => {
    const scene = await aStagedCase({ policy: aStagedPolicy('in_order', { roles: ['ml_lead', 'ml_lead'] }) });
    scene.store.beforeNextCommit(async () => {
      await decideInStage(scene, 'katherine', TEN);
    });

    await decideInStage(scene, 'ada', TEN);

    const opened = (await eventsOf(scene)).map(({ details }) => Reflect.get(Object(details['stage']), 'opens'));
    expect(opened).toEqual([undefined, [], ['deployment']]);
    expect(mailsIn(scene).filter((who) => who === 'grace')).toHaveLength(1);
  });
});

describe('a request whose stages are side by side', () => {
  it('asks everybody at once, each their own questions, and ends with the last seat of any', async () => {
    const scene = await aStagedCase({ policy: aStagedPolicy('side_by_side') });

    await decideInStage(scene, 'grace', TEN);
    const { facts } = await decideInStage(scene, 'ada', ELEVEN);

    expect(mailsIn(scene)).toEqual(['ada', 'grace', 'katherine']);
    expect(facts.request.status).toBe('approved');
    expect(facts.approvals.map(({ checklist }) => checklist.map(({ id }) => id)).sort()).toEqual([
      TECHNICAL.map(({ id }) => id),
      DEPLOYMENT.map(({ id }) => id),
    ]);
    expect(await judged(scene)).toEqual([]);
  });

  it('refuses the answers to the questions of another stage', async () => {
    const scene = await aStagedCase({ policy: aStagedPolicy('side_by_side') });
    const checklist = new Map(TECHNICAL.map(({ id }) => [id, 'yes' as const]));

    const { violations } = await refusalOf(() => decideInStage(scene, 'grace', TEN, { checklist }));

    expect(violations.map(({ field }) => field)).toEqual([
      ...DEPLOYMENT.map(({ id }) => `checklist.${id}`),
      'checklist',
    ]);
  });
});

describe('what is judged after the fact', () => {
  it('counts no approval that was signed before its stage was open', async () => {
    const scene = await aStagedCase();
    await decideInStage(scene, 'ada', ELEVEN);
    const { approval } = await decideInStage(
      await aStagedCase({ policy: aStagedPolicy('side_by_side') }),
      'grace',
      TEN,
    );
    const { signed: _, ...unsigned } = approval;
    const { evidenceDigest: evidenceDigestVerified } = scene.request;
    scene.store.seed(signedApproval({ ...unsigned, evidenceDigestVerified }, scene.release));

    expect(await judged(scene)).toEqual([
      `grace approved as risk_owner at ${TEN}, before the stages before it were complete`,
    ]);
  });

  it('misses who has not approved', async () => {
    const scene = await aStagedCase();
    await decideInStage(scene, 'ada', TEN);

    expect(await judged(scene)).toEqual(['nobody has approved as risk_owner']);
  });
});

describe('a role that belongs to no stage', () => {
  it('waits for none, and fills no seat', async () => {
    const scene = await aStagedCase();
    const input = await aDecision(scene, 'ada');
    const stranger = { ...input, payload: { ...input.payload, o: 'legal' as const } };

    expect(() => assertTurn({ ...stranger, signed: [] })).not.toThrow();
    expect(isAskedNow(scene.request, 'legal')).toBe(true);
    expect(stageProgress(stranger, 'legal', [])).not.toHaveProperty('stage');
  });

  it('opens what a row says of none', async () => {
    const scene = await aStagedCase();
    const { stages: _, ...request } = scene.request;
    const input = { ...(await aDecision(scene, 'ada')), request };

    expect(stageProgress(input, 'ml_lead', [])).toMatchObject({ stage: { opens: ['technical'] } });
  });
});

it('a lower tier costs the questions of every stage of the computed one', async () => {
  const policy = aStagedPolicy();
  const tiered = {
    ...policy,
    tiers: { ...policy.tiers, high: policy.tiers.medium },
    tier_rules: [{ name: 'regulated_area', tier: 'high' as const, when: { domain: [FACTS.domain] } }],
  };
  const scene = await aStagedCase({ policy: tiered, directory: aDirectory(PEOPLE), manifest: aManifest(ASKING) });

  expect(loweredDemands(scene)?.questions).toEqual([...TECHNICAL, ...DEPLOYMENT].map(({ question }) => question));
  expect(checklistOf(tiered, { ...scene.release, riskTier: 'high' }, 'ml_lead')).toEqual(TECHNICAL);
});

/** What a request in two stages does, one act after the other; ML leads are of the first stage. */
class Model {
  readonly decided = new Map<string, string>();
  status = 'pending';
  isOpen: boolean;

  constructor(order: string) {
    this.isOpen = order === 'side_by_side';
  }

  /** How the act ends. */
  take(who: string, decision: string): string {
    const before = this.decided.get(who);
    if (before === decision) return 'already';
    if (before === 'deny' || (before !== undefined && this.status !== 'pending')) return 'DecisionAlreadyRecorded';
    if (this.status !== 'pending') return 'RequestNotPending';
    if (who === 'grace' && !this.isOpen) return 'StageNotOpen';
    this.decided.set(who, decision);
    const isTechnical = ['ada', 'katherine'].some((one) => this.decided.get(one) === 'approve');
    this.isOpen ||= isTechnical;
    if (decision === 'deny') this.status = 'rejected';
    else if (isTechnical && this.decided.get('grace') === 'approve') this.status = 'approved';
    return 'recorded';
  }
}

describe('any interleaving of decisions', () => {
  const acts = fc.array(
    fc.record({
      who: fc.constantFrom('ada', 'katherine', 'grace'),
      decision: fc.constantFrom('approve', 'approve', 'approve', 'deny'),
      later: fc.constantFrom(0, 1, 60_000),
    }),
    { maxLength: 6 },
  );
  const run = (scene: ApprovalCase, who: string, now: Instant, decision: string): Promise<string> =>
    decideInStage(scene, who, now, { decision, comment: decision === 'deny' ? 'no' : '' }).then(
      ({ isNew }) => (isNew ? 'recorded' : 'already'),
      (error) => (error instanceof Refusal ? error.code : String(error)),
    );

  it.each(['in_order', 'side_by_side'])('ends as a model of it says: %s', async (order) => {
    const [policy, directory] = [aStagedPolicy(order), aDirectory()];
    await fc.assert(
      fc.asyncProperty(acts, async (sequence) => {
        const [scene, model] = [await aStagedCase({ policy, directory }), new Model(order)];
        let now = TEN;
        for (const { who, decision, later } of sequence) {
          now = plusMilliseconds(now, later);
          const expected = model.take(who, decision);

          expect(await run(scene, who, now, decision)).toBe(expected);
        }

        expect((await requestOf(scene))?.status).toBe(model.status);
        expect(mailsIn(scene).filter((one) => one === 'grace')).toHaveLength(model.isOpen ? 1 : 0);
        expect((await judged(scene)).length === 0).toBe(model.status === 'approved');
      }),
      { numRuns: 25 },
    );
  });
});
