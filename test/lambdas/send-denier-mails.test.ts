import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { beforeEach, describe, expect, it } from 'vitest';
import { sendDenierMails } from '../../lambdas/dispatch-outbox/intents/send-denier-mails.ts';
import type { Settings } from '../../lambdas/dispatch-outbox/settings.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { type ApprovalCase, anApprovalCase, digestOf, NOW } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';

const ses = mockClient(SESv2Client);
const settings = { mailFrom: 'assay@example.com' } as Settings;

let scene: ApprovalCase;
beforeEach(async () => {
  ses.reset();
  ses.on(SendEmailCommand).resolves({});
  scene = await anApprovalCase();
});

describe('telling deniers by mail that a release names them as makers (AP-16)', () => {
  const tell = (directory = scene.directory) =>
    sendDenierMails(
      { kind: 'send_denier_mails', requestId: scene.request.requestId },
      {
        store: withinRights('DispatchOutbox', scene.store),
        directory: async () => directory,
        settings,
        now: () => NOW,
      },
    );
  const denial = (decidedBy: string, releaseId: string) => ({
    ...{ entity: 'decided_content', version: 1, artifactSha256: digestOf('artifact'), modelName: 'mortgage-approval' },
    ...{ modelVersion: '1.1.0', outcome: 'denied', role: 'risk_owner', reason: 'no', decidedAt: NOW },
    ...{ decidedBy, releaseId },
  });
  const recipients = () => ses.commandCalls(SendEmailCommand).map(({ args }) => args[0].input.Destination?.ToAddresses);

  it('says which release and field name them, once each, and asks for no decision', async () => {
    scene.store.seed(denial('tom', 'a') as never, denial('tom', 'b') as never, denial('grace', 'c') as never);

    await tell();

    expect(recipients()).toEqual([['tom@example.com']]);
    const { Subject, Body } = ses.commandCalls(SendEmailCommand)[0]?.args[0].input.Content?.Simple ?? {};
    expect(Subject?.Data).toBe('You are named as a maker: mortgage-approval 1.2.0');
    for (const said of [Body?.Text?.Data, Body?.Html?.Data]) {
      expect(said).toMatch(/You denied these very bytes as release [ab]. This release names you in trained_by/);
      expect(said).not.toContain('/a/');
    }
  });

  it('says which version where the bytes are others', async () => {
    const { artifactSha256: _, ...row } = denial('tom', 'a');
    scene.store.seed({ ...row, entity: 'decided_version', modelVersion: '1.2.0' } as never);

    await tell();

    expect(JSON.stringify(ses.commandCalls(SendEmailCommand)[0]?.args[0].input)).toContain('You denied this version');
  });

  it('writes to nobody who has left, and not once the request has ended', async () => {
    scene.store.seed(denial('tom', 'a') as never);
    await tell({ ...scene.directory, people: [] });
    const forgotten = scene.directory.people.map((one) => ({ ...one, email: `${one.id}@former.invalid` }));
    await tell({ ...scene.directory, people: forgotten });
    scene.store.seed({ ...scene.request, status: 'approved' });
    await tell();

    expect(recipients()).toEqual([]);
    const events = await scene.store.events(scene.release.modelName);
    expect(events.flatMap(({ event }) => (event.event_type === 'mail_dropped' ? event.details : []))).toMatchObject([
      { about: 'request', people: ['tom'], because: 'left' },
    ]);
  });
});
