/** Each person whom an outcome concerns hears of it once (AP-18). */
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { beforeEach, describe, expect, it } from 'vitest';
import { notifyPeople } from '../../lambdas/dispatch-outbox/intents/notify-people.ts';
import { sendNotice } from '../../lambdas/dispatch-outbox/intents/send-notice.ts';
import type { Settings } from '../../lambdas/dispatch-outbox/settings.ts';
import { ReleaseState } from '../../lib/domain/release/lifecycle.ts';
import { Outcome } from '../../lib/domain/release/outcome.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { type ApprovalCase, aDirectory, anApprovalCase, NOW } from '../support/approval-case.ts';
import { aCondition } from '../support/conditions.ts';
import { mockClient } from '../support/mock-client.ts';
import { aHold, anApprovalOf, aRollback, inProduction } from '../support/release-life.ts';

const ses = mockClient(SESv2Client);
const settings = { mailFrom: 'assay@example.com' } as Settings;

let scene: ApprovalCase;
let noted: { readonly model: string; readonly notice: Parameters<typeof sendNotice>[0] }[];
beforeEach(async () => {
  ses.reset();
  ses.on(SendEmailCommand).resolves({});
  scene = await anApprovalCase();
  noted = [];
});
const tools = (directory = scene.directory) => ({
  store: withinRights('DispatchOutbox', scene.store),
  directory: async () => directory,
  settings,
  now: () => NOW,
  notify: async (model: string, notices: readonly Parameters<typeof sendNotice>[0][]) => {
    noted.push(...notices.map((notice) => ({ model, notice })));
  },
});
const { releaseId } = inProduction;
const becomes = (changes: Partial<Release>) => scene.store.seed({ ...scene.release, ...changes });
const notify = (outcome: Outcome, directory?: ApprovalCase['directory']) =>
  notifyPeople({ kind: 'notify_people', releaseId, outcome }, tools(directory));
const send = (outcome: Outcome, personId: string, directory?: ApprovalCase['directory']) =>
  sendNotice({ kind: 'send_notice', releaseId, outcome, personId }, tools(directory));
const sent = () => ses.commandCalls(SendEmailCommand).map(({ args }) => args[0].input);

describe('noting whom an outcome concerns', () => {
  it('notes the requester and everybody who was asked, each once, for one release', async () => {
    becomes({ state: 'expired' });

    await notify('expired');

    expect(noted.map(({ notice }) => notice.personId)).toEqual([
      'rita',
      ...scene.request.invitations.map(({ personId }) => personId),
    ]);
    for (const { model, notice } of noted) {
      expect([model, notice.kind, notice.releaseId, notice.outcome]).toEqual([
        'mortgage-approval',
        'send_notice',
        releaseId,
        'expired',
      ]);
    }
  });

  it('notes the requester alone where nobody was asked', async () => {
    const { approvalRequestId: _, ...unasked } = scene.release;
    scene.store.seed({ ...unasked, state: 'rejected', reasons: [{ rule: 'bias', evidence: '', explanation: 'why' }] });

    await notify('rejected');

    expect(noted.map(({ notice }) => notice.personId)).toEqual(['rita']);
  });

  it('has on record that those who were asked and have left before it are not told (CO-4)', async () => {
    becomes({ state: 'expired' });
    const without = { ...scene.directory, people: scene.directory.people.filter(({ id }) => id !== 'ada') };

    await notify('expired', without);
    expect(noted.map(({ notice }) => notice.personId)).toContain('ada');
    for (const { notice } of noted) await sendNotice(notice, tools(without));

    const events = await scene.store.events(scene.release.modelName);
    expect(events.flatMap(({ event }) => (event.event_type === 'mail_dropped' ? event.details : []))).toMatchObject([
      { about: 'expired', people: ['ada'], because: 'left' },
    ]);
    expect(sent()).toHaveLength(noted.length - 1);
  });

  it('notes nobody for what is not so, whichever role noted it', async () => {
    const told: string[] = [];
    for (const state of ReleaseState.options) {
      becomes({ state, reasons: [{ rule: 'human_approval', evidence: 'apr-mortgage-1-2-0', explanation: 'no' }] });
      for (const outcome of Outcome.options) {
        noted = [];
        await notify(outcome);
        if (noted.length > 0) told.push(`${state} ${outcome}`);
      }
    }

    expect(told).toEqual([
      // What an approved release says is why its last attempt ended.
      'approved not_deployed',
      'production promoted',
      'superseded promoted',
      'rolled_back rolled_back',
      'rejected denied',
      'expired expired',
    ]);
  });
});

describe('noting whom the conditions of an approval concern (AP-8)', () => {
  const conditional = anApprovalOf('ada', 'ml_lead', { conditions: [aCondition({ owner_id: 'tom' })] });

  it('notes the owners alone that it was approved, and everybody that it is suspended', async () => {
    becomes({ state: 'approved' });
    await notify('approved_with_conditions');
    expect(noted).toEqual([]);

    scene.store.seed({ ...conditional, releaseId });
    await notify('approved_with_conditions');
    expect(noted.map(({ notice }) => notice.personId)).toEqual(['tom']);

    becomes({ state: 'production', suspendedSince: NOW });
    await notify('suspended');
    expect(noted.map(({ notice }) => notice.personId)).toEqual(expect.arrayContaining(['tom', 'rita', 'ada', 'grace']));
  });

  it('notes of each suspension which one it is', async () => {
    becomes({ state: 'production', suspendedSince: NOW });

    await notifyPeople({ kind: 'notify_people', releaseId, outcome: 'suspended', occasion: 'second' }, tools());

    expect(new Set(noted.map(({ notice }) => notice.occasion))).toEqual(new Set(['second']));
  });

  it('writes to an owner, and to nobody else', async () => {
    becomes({ state: 'approved' });
    scene.store.seed({ ...conditional, releaseId });
    await send('approved_with_conditions', 'rita');
    expect(sent()).toEqual([]);

    await send('approved_with_conditions', 'tom');
    expect(sent()[0]?.Content?.Simple?.Body?.Text?.Data).toContain('Say in the card who must not be scored.');
  });
});

describe('sending a message about an outcome', () => {
  it('writes to the one person, by name', async () => {
    becomes({ state: 'expired' });

    await send('expired', 'grace');

    expect(sent()).toHaveLength(1);
    expect(sent()[0]?.Destination?.ToAddresses).toEqual(['grace@example.com']);
    expect(sent()[0]?.Content?.Simple?.Subject?.Data).toBe('Expired: mortgage-approval 1.2.0');
    expect(sent()[0]?.Content?.Simple?.Body?.Text?.Data).toMatch(/^Grace Hopper,\n\nmortgage-approval 1.2.0 was not/);
  });

  it('reads the checks that a rejection is about, and the rollback that a hold names', async () => {
    const [check] = await scene.store.list('check', releaseId);
    if (check === undefined) throw new Error('there is no check');
    scene.store.seed({ ...check, status: 'failed' });
    becomes({ state: 'rejected', reasons: [{ rule: check.name, evidence: '', explanation: 'failed: why' }] });
    await send('rejected', 'rita');
    const rollback = aRollback({ fromReleaseId: releaseId, executedAt: NOW });
    scene.store.seed(rollback, aHold({ fromReleaseId: releaseId, rollbackId: rollback.rollbackId }));
    becomes({ state: 'rolled_back' });
    await send('rolled_back', 'grace');

    const [rejection, back] = sent().map(({ Content }) => Content?.Simple?.Body?.Text?.Data);
    expect(rejection).toContain('failed: why Change the model or its data until this holds.');
    expect(back).toContain(`asked for it: ${rollback.reason}`);
  });

  it('does not take the rollback of another release for that of this one', async () => {
    const rollback = aRollback({ executedAt: NOW });
    scene.store.seed(rollback, aHold({ fromReleaseId: 'another' as never, rollbackId: rollback.rollbackId }));
    becomes({ state: 'rolled_back' });

    await send('rolled_back', 'grace');

    expect(sent()[0]?.Content?.Simple?.Body?.Text?.Data).not.toContain(rollback.reason);
  });

  it('names the approver of a denial as the directory does', async () => {
    becomes({
      state: 'rejected',
      reasons: [{ rule: 'human_approval', evidence: 'apr-mortgage-1-2-0', explanation: 'no' }],
    });
    scene.store.seed(anApprovalOf('grace', 'risk_owner', { releaseId, decision: 'deny', comment: 'too wide a gap' }));

    await send('denied', 'rita');

    expect(sent()[0]?.Content?.Simple?.Body?.Text?.Data).toContain('Grace Hopper, as risk owner, denied');
  });

  it('writes to nobody who has left, and nothing that is not so any more', async () => {
    becomes({ state: 'rolled_back' });
    await send('promoted', 'grace');
    await send('rolled_back', 'grace', aDirectory([{ id: 'ada', roles: ['ml_lead'] }]));
    await send('rolled_back', 'grace', aDirectory([{ id: 'grace', roles: [], email: 'f0@former.invalid' }]));

    expect(sent()).toEqual([]);
  });
});
