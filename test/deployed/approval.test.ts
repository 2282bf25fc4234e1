/**
 * People decide through their links, each once. Opening a link decides nothing, and neither does a forged or a
 * stranger's.
 */
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordKey } from '../../lib/adapters/dynamodb-keys.ts';
import { tagOfRow } from '../../lib/adapters/dynamodb-sent-mails.ts';
import { payloadFor } from '../../lib/domain/approval/link.ts';
import type { ReleaseManifest } from '../../lib/domain/release/manifest.ts';
import {
  approveInBrowser,
  type Decision,
  decideInBrowser,
  type OpenPage,
  openInBrowser,
} from '../../local/approver.ts';
import { awsEventDelivery } from '../../local/aws-events.ts';
import { LOCAL_CONTEXT } from '../../local/synth.ts';
import { assay } from './support/doors.ts';
import { eventually } from './support/eventually.ts';
import { ASKED, approvedBy, invitationsOf, linkOf, QUORUM, releaseIn, validated } from './support/life.ts';
import { genuineLink } from './support/link-key.ts';
import { endOf } from './support/machines.ts';
import { packageStatus } from './support/sagemaker.ts';
import { itemsOf, outboxOf, plant, tamper } from './support/table.ts';
import { LOWER_TIER, variant } from './support/variant.ts';
import { endpoints, stepFunctions, store } from './support/world.ts';

const approving: Decision = { decision: 'approve', confirmation: '1.1.0', comment: '' };

const eventTypesOf = async (modelName: string): Promise<string[]> =>
  (await store.events(modelName)).map(({ event }) => event.event_type);

describe('an approval request', () => {
  let manifest: ReleaseManifest;
  let release_id: string;
  beforeAll(async () => {
    manifest = await validated(await variant('asked-about', '1.1.0'));
    release_id = manifest.release_id;
    await eventually('the mails', async () => (await invitationsOf(release_id)).length === ASKED.length || undefined);
  });

  it('is sent to everybody who may answer it, and not to the person who made the model', async () => {
    expect((await invitationsOf(release_id)).map(({ person }) => person)).toEqual(ASKED);
  });

  it('is opened by browsers and scanners without a trace', async () => {
    const links = (await invitationsOf(release_id)).map(({ link }) => link);
    // When nothing is due any more, mails and registry have recorded everything.
    const before = await eventually('the outbox to be done', async () => {
      const items = await itemsOf(manifest);
      const due = items.filter(
        (item) => item['due_at'] !== undefined && String(item['due_at']) < new Date().toISOString(),
      );
      return due.length === 0 ? items : undefined;
    });

    const answers = await Promise.all(
      links.flatMap((link) => [fetch(link), fetch(link, { method: 'HEAD' }), fetch(link)]),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await itemsOf(manifest)).toEqual(before);
  });

  it('knows no link in which one character was changed', async () => {
    const link = await linkOf(release_id, 'ana.silva');
    const [, payload = '', mac = ''] = /\/a\/([\w-]+)\.([\w-]+)$/.exec(link) ?? [];
    const address = link.slice(0, -`${payload}.${mac}`.length);
    const changed = (text: string, at: number) =>
      `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
    const forged = [
      `${changed(payload, 40)}.${mac}`,
      `${payload}.${changed(mac, 0)}`,
      `${payload}.${changed(mac, 21)}`,
    ];

    const opened = await Promise.all(forged.map((one) => openInBrowser(`${address}${one}`)));
    // The form was served for the genuine link, so only the link is wrong.
    const page = await openInBrowser(link);
    const posted = await Promise.all(
      forged.map((one) => decideInBrowser({ ...page, link: `${address}${one}` }, approving)),
    );

    expect([...opened, ...posted].map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 403));
    expect(await store.list('approval', release_id)).toEqual([]);
  });

  it('refuses who requested the release, even with a genuine link in a role that they hold', async () => {
    const request = await store.get('request', `apr-${release_id}`);
    if (request === undefined) throw new Error('there is no request');
    const link = await genuineLink({
      ...payloadFor(request, 'ana.silva'),
      p: 'dana.kim' as typeof request.requestedBy,
    });
    const page = await openInBrowser(await linkOf(release_id, 'ana.silva'));

    const opened = await openInBrowser(link);
    const posted = await decideInBrowser({ ...page, link }, approving);

    expect([opened.status, posted.status]).toEqual([403, 403]);
    expect(await store.list('approval', release_id)).toEqual([]);
    expect(await eventTypesOf(manifest.model_name)).toContain('approval_refused');
  });

  it('counts a person once: the same answer again is no error', async () => {
    const page = await openInBrowser(await linkOf(release_id, 'ana.silva'));

    const first = await decideInBrowser(page, approving);
    const again = await decideInBrowser(page, approving);

    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.page).toContain('already recorded');
    expect(await store.list('approval', release_id)).toMatchObject([{ approverId: 'ana.silva', decision: 'approve' }]);
    const granted = (await eventTypesOf(manifest.model_name)).filter((type) => type === 'approval_granted');
    expect(granted).toHaveLength(1);
    expect((await store.get('request', `apr-${release_id}`))?.status).toBe('pending');
  });

  it('is not answered by a second person in the same role', async () => {
    await approvedBy(manifest, ['ben.okafor']);

    expect((await store.get('request', `apr-${release_id}`))?.status).toBe('pending');
    expect((await store.get('release', release_id))?.state).toBe('validated');
  });
});

describe('a release that asks for a lower tier (RT-3)', () => {
  it('gets it by two people more, who see both tiers and sign for them', async () => {
    const manifest = await validated(await variant('lowered', '1.1.0', LOWER_TIER));
    const { release_id } = manifest;

    const { page } = await openInBrowser(await linkOf(release_id, 'clara.novak'));
    await approvedBy(manifest, QUORUM);
    const open = await store.get('release', release_id);
    await approvedBy(manifest, ['clara.novak']);

    expect(page).toContain('You are asked to lower the risk tier from high to low');
    expect(open?.state).toBe('validated');
    const { riskTier, tierOverride, recordSha256 } = await releaseIn(release_id, 'production');
    expect([riskTier, tierOverride?.computed, tierOverride?.reason]).toEqual([
      'low',
      'high',
      LOWER_TIER.risk_tier_override.reason,
    ]);
    expect(recordSha256).toBeDefined();
    const decided = (await store.events(manifest.model_name)).filter(
      ({ event }) => event.event_type === 'approval_granted',
    );
    expect(decided.map(({ event }) => Reflect.has(event.details, 'tier_override'))).toEqual([true, true, true]);
  });
});

describe('a request that is withdrawn (AP-14)', () => {
  it('ends the release, its execution, its package and its links, and everybody who was asked is told', async () => {
    const { release_id } = await validated(await variant('withdrawn', '1.1.0'));
    const link = await linkOf(release_id, 'ruth.meyer');

    const withdrawal = await assay('approvals', 'withdraw', release_id, '--reason', 'the labels were wrong');

    expect(withdrawal).toMatchObject({ code: 0, out: expect.stringContaining('the labels were wrong') });
    const { reasons, modelPackageArn = '' } = await releaseIn(release_id, 'rejected');
    expect(reasons).toMatchObject([{ rule: 'withdrawn' }]);
    expect(await endOf('release', release_id)).toEqual({ status: 'FAILED', error: 'ReleaseRejected' });
    const opened = await openInBrowser(link);
    expect([opened.status, opened.page.includes('the labels were wrong')]).toEqual([409, true]);
    await eventually('the registry and the mails to say so', async () => {
      const { ModelApprovalStatus } = await packageStatus(modelPackageArn);
      const told = (await invitationsOf(release_id)).filter((mail) => mail.link === '').map(({ person }) => person);
      return (ModelApprovalStatus === 'Rejected' && ASKED.every((person) => told.includes(person))) || undefined;
    });
  });
});

describe('a mail that bounces (AP-11)', () => {
  it('escalates the request at once, by the event that SES puts on the default bus', async () => {
    const { release_id, model_name } = await validated(await variant('bounced', '1.1.0'));
    const row = await eventually('SES to have the mail', async () =>
      (await outboxOf(model_name, 'send_approval_mail')).find(
        ({ intent, message_id }) => JSON.stringify(intent).includes('"ana.silva"') && message_id !== undefined,
      ),
    );
    const mail = {
      messageId: row['message_id'],
      destination: ['ana.silva@example.com'],
      tags: { 'ses:configuration-set': [`assay-${LOCAL_CONTEXT.environment}`], 'assay-row': [tagOfRow(row)] },
    };
    const detail = { eventType: 'Bounce', bounce: { bounceType: 'Permanent' }, mail };

    const deliver = awsEventDelivery(endpoints.awsEndpoint);
    await deliver({ source: 'aws.ses', detailType: 'Email Bounced', resources: [], detail });

    const undelivered = await eventually(
      'the escalation',
      async () => (await store.get('request', `apr-${release_id}`))?.undelivered,
    );
    expect(undelivered).toEqual(['ana.silva']);
    expect((await store.events(model_name)).at(-1)?.event).toMatchObject({
      event_type: 'approval_escalated',
      details: { cause: 'undelivered', brought_in: [] },
    });
  });
});

describe('an approval that somebody writes into the table', () => {
  it('lets nothing through: the request stays open, and a machine that is resumed all the same signs no record', async () => {
    const { release_id } = await validated(await variant('forged', '1.1.0'));
    const elsewhere = await validated(await variant('signed-elsewhere', '1.1.0'));
    await approvedBy(elsewhere, ['ana.silva']);
    const [genuine] = await store.list('approval', elsewhere.release_id);
    const request = await store.get('request', `apr-${release_id}`);
    if (genuine === undefined || request === undefined) throw new Error('there is nothing to copy');

    // Signed, but for another release.
    const { requestId, evidenceDigest } = request;
    await plant({ ...genuine, releaseId: request.releaseId, requestId, evidenceDigestVerified: evidenceDigest });
    const page = await openInBrowser(await linkOf(release_id, 'ana.silva'));
    const ruth = await decideInBrowser(await openInBrowser(await linkOf(release_id, 'ruth.meyer')), approving);

    expect(page.page).toContain('Please decide again');
    expect(ruth.page).toContain('to be decided again');
    expect((await store.get('request', requestId))?.status).toBe('pending');

    await tamper(recordKey('request', requestId), 'status', 'approved');
    const output = JSON.stringify({ outcome: 'approved' });
    await stepFunctions.send(new SendTaskSuccessCommand({ taskToken: request.taskToken, output }));

    const { reasons, recordSha256 } = await releaseIn(release_id, 'rejected');
    expect(recordSha256).toBeUndefined();
    expect(reasons.map(({ rule }) => rule)).toEqual(['decision_signature', 'quorum']);
    expect(await endOf('release', release_id)).toMatchObject({ status: 'FAILED' });
  });
});

describe('two people at the same instant (AP-12)', () => {
  it('both count, and the machine goes on once', async ({ annotate }) => {
    const manifest = await validated(await variant('at-one-instant', '1.1.0'));
    const { release_id, model_name } = manifest;
    const pages: OpenPage[] = [];
    for (const person of QUORUM) pages.push(await openInBrowser(await linkOf(release_id, person)));

    const decidedAt = performance.now();
    const answers = await Promise.all(pages.map((page) => decideInBrowser(page, approving)));
    await eventually('the machine to go on', async () => (await store.get('release', release_id))?.approvedAt);
    await annotate(`approved ${Math.round(performance.now() - decidedAt)} ms after the decisions were sent`);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await store.list('approval', release_id)).map(({ approverId }) => approverId).toSorted()).toEqual(QUORUM);
    expect(await outboxOf(model_name, 'resume_execution')).toHaveLength(1);
    await releaseIn(release_id, 'production');
    for (const machine of ['release', 'promotion'] as const) {
      expect(await endOf(machine, release_id)).toEqual({ status: 'SUCCEEDED' });
    }
    const types = await eventTypesOf(model_name);
    expect(types.filter((type) => type === 'approval_granted')).toHaveLength(2);
    expect(types.filter((type) => type === 'release_approved')).toHaveLength(1);
    // A decision after the quorum is answered as too late, and does not count.
    expect((await approveInBrowser(await linkOf(release_id, 'ben.okafor'), '1.1.0')).status).toBe(409);
    expect(await store.list('approval', release_id)).toHaveLength(2);
  });
});
