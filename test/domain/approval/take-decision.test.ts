import { describe, expect, it } from 'vitest';
import { type DecisionPorts, type PersonalAnswer, takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import {
  type ApprovalCase,
  anApprovalCase,
  answerOf,
  at,
  digestOf,
  formerly,
  person,
} from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { refusalOf } from '../../support/refusals.ts';

const TEN = at('2026-11-21T10:00:00.000Z');

const denial = { decision: 'deny', comment: 'the groups differ' } as const;

const portsOf = (scene: ApprovalCase, changes: Partial<DecisionPorts> = {}): DecisionPorts => ({
  store: scene.store,
  directory: async () => scene.directory,
  signer: DECISION_KEY.signer,
  now: () => TEN,
  ...changes,
});

const take = (scene: ApprovalCase, who: string, answered: Partial<PersonalAnswer['answer']> = {}) =>
  takeDecision(answerOf(scene, who, answered), portsOf(scene));
const events = async ({ store, release }: ApprovalCase) =>
  (await store.events(release.modelName)).map(({ event }) => event);
const eventTypes = async (scene: ApprovalCase) => (await events(scene)).map(({ event_type: type }) => type);
const approversOf = async ({ store, release }: ApprovalCase) =>
  (await store.list('approval', release.releaseId)).map(({ approverId }) => approverId);

describe('taking a decision', () => {
  it('leaves it on record, with its event, and answers with the case as it is then', async () => {
    const scene = await anApprovalCase();

    const { approval, facts, isNew } = await take(scene, 'ada');

    expect(isNew).toBe(true);
    expect(approval).toMatchObject({ approverId: 'ada', decision: 'approve', timestamp: TEN });
    expect(facts.approvals).toEqual([approval]);
    expect(facts.request.status).toBe('pending');
    expect(await scene.store.list('approval', scene.release.releaseId)).toEqual([{ ...approval, version: 1 }]);
    expect(await eventTypes(scene)).toEqual(['approval_requested', 'approval_granted']);
  });

  it('leaves nothing where the end of the chain cannot be read, and says so', async () => {
    const scene = await anApprovalCase();
    const head = async () => Promise.reject(new Error('the table does not answer'));
    const ports = portsOf(scene, { store: { ...scene.store, head } });

    await expect(takeDecision(answerOf(scene, 'ada', {}), ports)).rejects.toThrow('the table does not answer');

    expect(await approversOf(scene)).toEqual([]);
  });

  it('closes the request with the last approval that it needs', async () => {
    const scene = await anApprovalCase();
    await take(scene, 'ada');

    expect((await take(scene, 'grace')).facts.request.status).toBe('approved');

    expect(await scene.store.get('request', scene.request.requestId)).toMatchObject({ status: 'approved' });
  });

  it('keeps how the door knows the person, in the approval and in the event', async () => {
    const scene = await anApprovalCase();

    const { approval } = await takeDecision(
      { ...answerOf(scene, 'ada'), authMethod: 'console_session' },
      portsOf(scene),
    );

    expect(approval.authMethod).toBe('console_session');
    expect((await events(scene)).at(-1)).toMatchObject({
      event_type: 'approval_granted',
      actor_auth: 'console_session',
    });
  });

  it('is read and judged again if another one is committed first: together they meet the quorum', async () => {
    const scene = await anApprovalCase();
    scene.store.beforeNextCommit(async () => {
      await take(scene, 'ada');
    });

    const { facts } = await take(scene, 'grace');

    expect(facts.request.status).toBe('approved');
    expect(facts.approvals.map(({ approverId }) => approverId)).toEqual(['ada', 'grace']);
    expect(await eventTypes(scene)).toEqual(['approval_requested', 'approval_granted', 'approval_granted']);
  });

  it('is refused when it is judged again, if a denial is committed first', async () => {
    const scene = await anApprovalCase();
    scene.store.beforeNextCommit(async () => {
      await take(scene, 'ada', denial);
    });

    expect((await refusalOf(() => take(scene, 'grace'))).code).toBe('RequestNotPending');

    expect(await approversOf(scene)).toEqual(['ada']);
    expect(await eventTypes(scene)).toEqual(['approval_requested', 'approval_denied']);
  });

  it('gives up on a store that is in conflict every time', async () => {
    const scene = await anApprovalCase();
    const store = { ...scene.store, commit: () => Promise.reject(new Conflict('busy')) };

    await expect(takeDecision(answerOf(scene, 'ada'), portsOf(scene, { store }))).rejects.toThrow(Conflict);
  });
});

describe('the same decision again', () => {
  it('is the one on record, and writes nothing', async () => {
    const scene = await anApprovalCase();
    const first = await take(scene, 'ada');
    const before = scene.store.commits;

    const again = await take(scene, 'ada', { comment: 'once more' });

    expect(again).toMatchObject({ isNew: false, approval: { ...first.approval, version: 1 } });
    expect(scene.store.commits).toBe(before);
  });

  it('is found on record when the first answer was lost after it was written', async () => {
    const scene = await anApprovalCase();
    scene.store.failNextCommit('written', new Error('connection lost'));
    await expect(take(scene, 'ada')).rejects.toThrow('connection lost');

    expect(await take(scene, 'ada')).toMatchObject({ isNew: false, approval: { approverId: 'ada' } });
  });
});

describe('a decision that is refused', () => {
  it('is on record with person, door and reason, and changes nothing else', async () => {
    const scene = await anApprovalCase();

    const given = { ...answerOf(scene, 'ada', { comment: 'my secret' }), authMethod: 'console_session' };
    const payload = { ...given.payload, n: 'a-made-up-nonce-00' };
    await refusalOf(() => takeDecision({ ...given, payload }, portsOf(scene)));

    const last = (await events(scene)).at(-1);
    expect(last).toMatchObject({
      event_type: 'approval_refused',
      actor_id: 'ada',
      actor_role: 'ml_lead',
      actor_auth: 'console_session',
      reason: 'ApproverNotEligible',
      details: { decision: 'approve', request_id: scene.request.requestId, request_status: 'pending' },
    });
    expect(JSON.stringify(last)).not.toContain('secret');
    expect(await approversOf(scene)).toEqual([]);
    expect(await scene.store.get('request', scene.request.requestId)).toEqual(scene.request);
  });

  it('is not on record when the request was closed meanwhile', async () => {
    const scene = await anApprovalCase();
    const given = answerOf(scene, 'ada');
    scene.store.beforeNextCommit(async () => {
      await take(scene, 'grace', denial);
    });

    await refusalOf(() =>
      takeDecision({ ...given, payload: { ...given.payload, n: 'a-made-up-nonce-00' } }, portsOf(scene)),
    );

    expect((await events(scene)).map((event) => [event.event_type, event.approval_state])).toEqual([
      ['approval_requested', 'validated'],
      ['approval_denied', 'rejected'],
    ]);
  });

  type Case = [what: string, code: string, run: (scene: ApprovalCase) => Promise<unknown>];
  const cases: Case[] = [
    [
      'when it was asked about other evidence',
      'EvidenceDigestMismatch',
      (scene) => {
        const given = answerOf(scene, 'ada');
        return takeDecision({ ...given, payload: { ...given.payload, d: 'f'.repeat(16) } }, portsOf(scene));
      },
    ],
    [
      'when what is stored has another digest by now',
      'EvidenceDigestMismatch',
      (scene) => {
        const [check] = scene.checks;
        if (check === undefined) throw new Error('there is no check');
        scene.store.seed({ ...check, evidenceSha256: digestOf('other evidence') });
        return take(scene, 'ada');
      },
    ],
    [
      'when the person has lost the role since',
      'ApproverNotEligible',
      (scene) => {
        const people = scene.directory.people.filter(({ id }) => id !== 'ada');
        const directory = async () => ({ ...scene.directory, people });
        return takeDecision(answerOf(scene, 'ada'), portsOf(scene, { directory }));
      },
    ],
    [
      'when it is about the person’s own release',
      'SeparationOfDuties',
      (scene) => {
        const people = scene.directory.people.map((one) => (one.id === 'ada' ? { ...one, logins: ['rita'] } : one));
        const directory = async () => ({ ...scene.directory, people });
        return takeDecision(answerOf(scene, 'ada'), portsOf(scene, { directory }));
      },
    ],
    [
      'when the row of the release names another requester than the intake wrote',
      'EvidenceDigestMismatch',
      (scene) => {
        scene.store.seed({ ...scene.release, requestedBy: person('wes') });
        return take(scene, 'ada');
      },
    ],
  ];

  it.each(cases)('%s: %s', async (_, code, run) => {
    const scene = await anApprovalCase();

    expect((await refusalOf(() => run(scene))).code).toBe(code);

    expect((await events(scene)).at(-1)).toMatchObject({ event_type: 'approval_refused', reason: code });
  });

  it('because there is no such request leaves nothing: there is no release that it could be about', async () => {
    const scene = await anApprovalCase();
    const given = answerOf(scene, 'ada');
    const before = scene.store.commits;

    const refusal = await refusalOf(() =>
      takeDecision({ ...given, payload: { ...given.payload, r: 'apr-nowhere' } }, portsOf(scene)),
    );

    expect(refusal.code).toBe('NotFound');
    expect(scene.store.commits).toBe(before);
  });

  it('is judged again, and put on record once, when another was faster than its record', async () => {
    const scene = await anApprovalCase();
    let isFirst = true;
    const store: DecisionPorts['store'] = {
      ...scene.store,
      commit: async (change, now) => {
        if (isFirst) {
          isFirst = false;
          throw new Conflict('the chain is busy');
        }
        return scene.store.commit(change, now);
      },
    };

    const given = answerOf(scene, 'ada');
    const payload = { ...given.payload, n: 'a-made-up-nonce-00' };
    const refusal = await refusalOf(() => takeDecision({ ...given, payload }, portsOf(scene, { store })));
    expect(refusal.code).toBe('ApproverNotEligible');

    expect(await eventTypes(scene)).toEqual(['approval_requested', 'approval_refused']);
  });
});

describe('a decision about a release that a former version took in', () => {
  it('rejects it instead, with the reason, and ends its request', async () => {
    const scene = await anApprovalCase({ isFormer: true });

    const refusal = await refusalOf(() => take(scene, 'ada'));

    expect(refusal).toMatchObject({
      code: 'JudgedByFormerVersion',
      message: expect.stringContaining('submit it again'),
    });
    expect(await scene.store.get('release', scene.release.releaseId)).toMatchObject({
      state: 'rejected',
      reasons: [{ rule: 'judged_by_former_version' }],
    });
    expect(await scene.store.get('request', scene.request.requestId)).toMatchObject({ status: 'rejected' });
    expect(await approversOf(scene)).toEqual([]);
    expect((await events(scene)).at(-1)).toMatchObject({
      event_type: 'evaluation_completed',
      actor_id: 'assay',
      approval_state: 'rejected',
      reason: 'judged_by_former_version',
    });
    expect(scene.store.outbox.map(({ intent }) => intent.kind)).toEqual(
      expect.arrayContaining(['resume_execution', 'sync_registry', 'publish_event']),
    );
  });

  it('says the same to the next, and rejects it once', async () => {
    const scene = await anApprovalCase({ isFormer: true });
    await refusalOf(() => take(scene, 'ada'));

    expect((await refusalOf(() => take(scene, 'grace', denial))).code).toBe('JudgedByFormerVersion');

    expect(await eventTypes(scene)).toEqual(['approval_requested', 'evaluation_completed']);
  });

  it('that was made before it was approved is shown, because what serves already stays', async () => {
    const scene = await anApprovalCase();
    await take(scene, 'ada');
    const release = await scene.store.get('release', scene.release.releaseId);
    if (release === undefined) throw new Error('the release is not there');
    scene.store.seed({ ...formerly(release, scene.checks), state: 'production' });

    expect(await take(scene, 'ada')).toMatchObject({ isNew: false });
  });
});
