import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { SendTaskSuccessCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import { perform } from '../../lambdas/dispatch-outbox/perform.ts';
import { settingsOf } from '../../lambdas/dispatch-outbox/settings.ts';
import type { Tools } from '../../lambdas/dispatch-outbox/tools.ts';
import { sendMail } from '../../lib/adapters/ses-mailer.ts';
import { readLink } from '../../lib/domain/approval/link.ts';
import type { Intent } from '../../lib/domain/change/change.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { eventKey } from '../../lib/domain/ledger/event.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import {
  type ApprovalCase,
  aDirectory,
  anApprovalCase,
  digestOf,
  hmacLinkMac,
  NOW,
  person,
} from '../support/approval-case.ts';
import { aFaultOf } from '../support/faults.ts';
import { loweredCase } from '../support/lowered-tier.ts';
import { mockClient } from '../support/mock-client.ts';
import { APPROVED_UNTIL, anApprovalOf, approved, inProduction, MODEL } from '../support/release-life.ts';
import { aStagedCase } from '../support/staged-case.ts';

const s3 = mockClient(S3Client);
const sfn = mockClient(SFNClient);
const ses = mockClient(SESv2Client);
const eventBridge = mockClient(EventBridgeClient);

const settings = settingsOf({
  TABLE_NAME: 'table',
  APPROVERS_BUCKET: 'approvers',
  APPROVERS_KEY: 'approvers.json',
  APPROVERS_SHA256: digestOf('approvers'),
  AUDIT_BUCKET: 'audit',
  AUDIT_RETENTION_DAYS: 7,
  AUDIT_RETENTION_CLASSES: {},
  LOCK_MODE: 'COMPLIANCE',
  RELEASE_MACHINE_ARN: 'arn:release-machine',
  PROMOTION_MACHINE_ARN: 'arn:promotion-machine',
  ROLLBACK_MACHINE_ARN: 'arn:rollback-machine',
  MOVE_MACHINE_ARN: 'arn:move-machine',
  ROTATION_MACHINE_ARN: 'arn:rotation-machine',
  RENEWAL_FUNCTION: 'renewal',
  EVENT_BUS_NAME: 'assay',
  MODEL_PACKAGES_ARN: 'arn:aws:sagemaker:us-east-1:000000000000:model-package',
  LINK_KEY_ID: 'link',
  PUBLIC_BASE_URL: 'https://approve.example.com',
  MAIL_FROM: 'assay@example.com',
  SLACK_TOKEN_ARN: '',
  CONFIGURATION_SET: '',
});
const mac = hmacLinkMac();
let scene: ApprovalCase;
let shipped: Set<string>;
let redriven: string[];
let notified: string[];
beforeEach(async () => {
  for (const client of [s3, sfn, ses, eventBridge]) client.reset();
  s3.on(PutObjectCommand).resolves({});
  sfn.on(StartExecutionCommand).resolves({}).on(SendTaskSuccessCommand).resolves({});
  ses.on(SendEmailCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  scene = await anApprovalCase();
  shipped = new Set();
  redriven = [];
  notified = [];
});

const run = (intent: Intent, changes: Partial<Tools> = {}, now: Instant = NOW) =>
  perform(intent, {
    store: withinRights('DispatchOutbox', scene.store),
    directory: async () => scene.directory,
    mac,
    isShipped: async (model, seq) => shipped.has(`${model}/${seq}`),
    awaitLogging: async ({ event }) => {
      shipped.add(`${event.model}/${event.seq}`);
    },
    notify: async (model, notices) => {
      notified.push(...notices.map(({ outcome, personId }) => `${model} ${outcome} ${personId}`));
    },
    askInSlack: async ({ requestId, personId }) => {
      notified.push(`${requestId} ${personId}`);
    },
    renew: async () => undefined,
    redrive: async ({ pk, sk }) => {
      redriven.push(`${pk} ${sk}`);
    },
    nextNonce: () => 'nonce-of-the-dispatcher',
    sendTracked: async (mail) => {
      await sendMail(settings.mailFrom, mail);
    },
    settings,
    now: () => now,
    ...changes,
  });
const eventTypes = async () => (await scene.store.events(MODEL)).map(({ event }) => event.event_type);
const requestId = () => scene.request.requestId;
const deadline = () => scene.request.expiresAt;

describe('redriving a parked row', () => {
  it('makes it due again, if it is one of the outbox', async () => {
    await run({ kind: 'redrive_intent', partition: 'OUTBOX#ship_event#1', sort: 'm#000000000001#0' });

    expect(redriven).toEqual(['OUTBOX#ship_event#1 m#000000000001#0']);
    await expect(run({ kind: 'redrive_intent', partition: 'RELEASE#r-1', sort: 'RELEASE' })).rejects.toThrow('OUTBOX#');
    expect(redriven).toHaveLength(1);
  });
});

describe('shipping an event', () => {
  it('puts its bytes into the audit bucket, locked, and then lets it wait for the log', async () => {
    const sealed = await scene.store.event(MODEL, 1);

    await run({ kind: 'ship_event', model: MODEL, seq: 1 });

    expect(s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input)).toMatchObject([
      {
        Bucket: 'audit',
        Key: sealed && eventKey(sealed.event),
        Body: sealed?.bytes,
        IfNoneMatch: '*',
        ObjectLockMode: 'COMPLIANCE',
      },
    ]);
    expect(shipped).toEqual(new Set([`${MODEL}/1`]));
  });

  it('does not let it wait when it could not be put there', async () => {
    s3.on(PutObjectCommand).rejects(new Error('SlowDown'));

    await expect(run({ kind: 'ship_event', model: MODEL, seq: 1 })).rejects.toThrow('SlowDown');

    expect(shipped.size).toBe(0);
  });

  it('ships the missing earlier ones first', async () => {
    await scene.store.commit(aFaultOf(scene.release), NOW);
    const release = await scene.store.get('release', scene.release.releaseId);
    if (release !== undefined) await scene.store.commit(aFaultOf(release, { how: 'again' }), NOW);
    shipped.add(`${MODEL}/1`);

    await run({ kind: 'ship_event', model: MODEL, seq: 3 });

    const keys = s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input.Key?.slice(-7));
    expect(keys).toEqual(['02.json', '03.json']);
  });

  it('puts each event there once when several rows of a chain are due', async () => {
    await scene.store.commit(aFaultOf(scene.release), NOW);

    await Promise.all([2, 1, 2].map((seq) => run({ kind: 'ship_event', model: MODEL, seq })));

    const keys = s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input.Key?.slice(-7));
    expect(keys).toEqual(['01.json', '02.json']);
  });

  it('tries again after a failure that several rows shared', async () => {
    s3.on(PutObjectCommand).rejectsOnce(new Error('SlowDown')).resolves({});
    const intent = { kind: 'ship_event' as const, model: MODEL, seq: 1 };

    const outcomes = await Promise.allSettled([run(intent), run(intent)]);
    await run(intent);

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(shipped).toEqual(new Set([`${MODEL}/1`]));
  });

  it('of an event that is not there is a fault', async () => {
    shipped.add(`${MODEL}/98`);

    await expect(run({ kind: 'ship_event', model: MODEL, seq: 99 })).rejects.toThrow('could not find event 99');
  });
});

describe('asking for an approval by mail', () => {
  const ask = (personId: string, changes: Partial<Tools> = {}) =>
    run({ kind: 'send_approval_mail', requestId: requestId(), personId }, changes);

  const again = (personId: string) =>
    run({ kind: 'send_approval_mail', requestId: requestId(), personId, again: 'reminder' });

  it('says of a reminder that it is one, and sends none to who has decided', async () => {
    await again('ada');
    scene.store.seed(anApprovalOf('ada', 'ml_lead'));
    await again('ada');

    const subjects = ses.commandCalls(SendEmailCommand).map(({ args }) => args[0].input.Content?.Simple?.Subject?.Data);
    expect(subjects).toEqual([expect.stringMatching(/^Reminder: approval needed: mortgage-approval 1\.2\.0/)]);
  });

  it('brings who stands in the link of that place, and says for whom', async () => {
    const [first, ...others] = scene.request.invitations;
    if (first === undefined) throw new Error('nobody was asked');
    const standing = { ...first, actingFor: person('grace'), role: 'risk_owner', nonce: 'nonce-of-the-stand-in' };
    scene.store.seed({ ...scene.request, invitations: [first, ...others, standing] });

    await run({
      ...{ kind: 'send_approval_mail', requestId: requestId(), personId: first.personId },
      ...{ role: 'risk_owner', actingFor: 'grace' },
    });

    const text = ses.commandCalls(SendEmailCommand)[0]?.args[0].input.Content?.Simple?.Body?.Text?.Data ?? '';
    const [, link = ''] = /https:\/\/approve\.example\.com\/a\/(\S+)/.exec(text) ?? [];
    expect(await readLink(link, mac, NOW)).toMatchObject({ p: first.personId, o: 'risk_owner', n: standing.nonce });
    expect(text).toContain('as risk owner, acting for Grace Hopper, whether');
  });

  it('sends the person a link that is theirs, and no decision', async () => {
    await ask('ada');

    const [call] = ses.commandCalls(SendEmailCommand);
    const { Destination, Content, FromEmailAddress } = call?.args[0].input ?? {};
    expect({ FromEmailAddress, Destination }).toEqual({
      FromEmailAddress: 'assay@example.com',
      Destination: { ToAddresses: ['ada@example.com'] },
    });
    const text = Content?.Simple?.Body?.Text?.Data ?? '';
    const [, link = ''] = /https:\/\/approve\.example\.com\/a\/(\S+)/.exec(text) ?? [];
    expect(await readLink(link, mac, NOW)).toMatchObject({ r: requestId(), p: 'ada', o: 'ml_lead' });
    expect(JSON.stringify(Content)).not.toMatch(/task-token/);
  });

  it('says what the verdicts in the table rest on (CK-16)', async () => {
    const [check] = scene.checks;
    if (check === undefined) throw new Error('there is no check');
    scene.store.seed({ ...check, knownBy: 'attested' });

    await ask('ada');

    const [call] = ses.commandCalls(SendEmailCommand);
    expect(call?.args[0].input.Content?.Simple?.Body?.Text?.Data).toContain(`Attested only: ${check.name}.`);
  });

  it('names the stage, and asks nobody before their stage is open (AP-2)', async () => {
    scene = await aStagedCase();

    await ask('grace');
    expect(ses.commandCalls(SendEmailCommand)).toHaveLength(0);
    await ask('ada');

    const [call] = ses.commandCalls(SendEmailCommand);
    const text = call?.args[0].input.Content?.Simple?.Body?.Text?.Data;
    expect(text).toContain('asks you, as ML lead, for the technical stage, whether');
    expect(text).toMatch(/Stages: +technical \(ML lead\); then deployment \(risk owner\)/);
  });

  it('says what a lower tier no longer asks for (RT-3)', async () => {
    scene = await loweredCase();

    await ask('ada');

    const [call] = ses.commandCalls(SendEmailCommand);
    expect(call?.args[0].input.Content?.Simple?.Body?.Text?.Data).toContain(
      '\nTier high would ask for the same people, checks and answers.\n',
    );
  });

  it.each(['approved', 'rejected', 'expired'] as const)('asks nobody when the request is %s', async (status) => {
    scene.store.seed({ ...scene.request, status });

    await ask('ada');

    expect(ses.commandCalls(SendEmailCommand)).toEqual([]);
  });

  it('asks nobody who was not invited or has left the directory', async () => {
    await ask('rita');
    await ask('ada', { directory: async () => aDirectory([{ id: 'grace', roles: ['risk_owner'] }]) });

    expect(ses.commandCalls(SendEmailCommand)).toEqual([]);
  });
});

describe('telling by mail that a request was withdrawn', () => {
  const reasons = [
    {
      rule: 'withdrawn',
      evidence: 'apr-mortgage-1-2-0',
      explanation: 'rita withdrew it as requester: <b>wrong</b> data',
    },
  ];
  const tell = (personId: string, changes: Partial<Tools> = {}) =>
    run({ kind: 'send_outcome_mail', requestId: requestId(), personId }, changes);

  it('says who withdrew it and why, and that the link is dead, with no link', async () => {
    scene.store.seed({ ...scene.release, state: 'rejected', reasons });

    await tell('ada');

    const { Destination, Content } = ses.commandCalls(SendEmailCommand)[0]?.args[0].input ?? {};
    expect(Destination).toEqual({ ToAddresses: ['ada@example.com'] });
    expect(Content?.Simple?.Subject?.Data).toBe('Withdrawn: mortgage-approval 1.2.0');
    const { Text, Html } = Content?.Simple?.Body ?? {};
    expect(Text?.Data).toContain('Why: rita withdrew it as requester: <b>wrong</b> data');
    expect(Text?.Data).toContain('your link no longer works');
    expect(Html?.Data).toContain('&lt;b&gt;wrong&lt;/b&gt; data');
    expect(JSON.stringify(Content)).not.toMatch(/task-token|approve\.example\.com/);
  });

  it('says of a release that was approved that it will not go to production', async () => {
    scene.store.seed({ ...scene.release, state: 'rejected', reasons, approvedAt: NOW });

    await tell('ada');

    const { Text, Html } = ses.commandCalls(SendEmailCommand)[0]?.args[0].input.Content?.Simple?.Body ?? {};
    for (const said of [Text?.Data, Html?.Data]) {
      expect(said).toContain('was approved, and has been withdrawn before it went to production');
      expect(said).not.toContain('request to approve');
    }
  });

  it('tells nobody who has left the directory, and nothing if it was not withdrawn', async () => {
    await tell('ada');
    scene.store.seed({ ...scene.release, state: 'rejected', reasons });
    await tell('ada', { directory: async () => aDirectory([{ id: 'grace', roles: ['risk_owner'] }]) });

    expect([ses.commandCalls(SendEmailCommand).length, (await eventTypes()).at(-1)]).toEqual([0, 'mail_dropped']);
  });
});

describe('publishing a domain event', () => {
  it('puts it on the bus of Assay', async () => {
    await run({ kind: 'publish_event', detailType: 'Release Approved', detail: '{"releaseId":"r"}' });

    expect(eventBridge.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toMatchObject([
      { EventBusName: 'assay', DetailType: 'Release Approved', Detail: '{"releaseId":"r"}' },
    ]);
  });
});

describe('the end of a request', () => {
  const expire = (now: Instant) => run({ kind: 'expire_request', requestId: requestId() }, {}, now);

  it('that is pending expires the release, once', async () => {
    await expire(deadline());
    await expire(plusMilliseconds(deadline(), HOUR_MS));

    expect(await scene.store.get('request', requestId())).toMatchObject({ status: 'expired' });
    expect(await scene.store.get('release', scene.release.releaseId)).toMatchObject({ state: 'expired' });
    expect((await eventTypes()).filter((type) => type === 'approval_expired')).toHaveLength(1);
  });

  it('comes not a moment too early', async () => {
    await expire(plusMilliseconds(scene.request.expiresAt, -1));

    expect(await scene.store.get('request', requestId())).toMatchObject({ status: 'pending' });
  });

  it('that was decided changes nothing', async () => {
    scene.store.seed({ ...scene.request, status: 'approved' });
    const { commits } = scene.store;

    await expire(deadline());

    expect(scene.store.commits).toBe(commits);
  });

  it('of a release that a fault has rejected changes nothing, and is no error', async () => {
    await scene.store.commit(aFaultOf(scene.release), NOW);
    const { commits } = scene.store;

    await expire(deadline());

    expect(scene.store.commits).toBe(commits);
  });
});

describe('the end of an approval', () => {
  const expire = (now: Instant) => run({ kind: 'expire_approval', releaseId: approved.releaseId }, {}, now);

  it.each([approved, inProduction])('of a release that is $state is on record, once', async (release) => {
    scene.store.seed(release);

    await expire(APPROVED_UNTIL);
    await expire(plusMilliseconds(APPROVED_UNTIL, HOUR_MS));

    expect((await eventTypes()).filter((type) => type === 'approval_expired')).toHaveLength(1);
  });

  it('comes not a moment too early', async () => {
    scene.store.seed(approved);

    await expire(plusMilliseconds(APPROVED_UNTIL, -1));

    expect(await scene.store.get('release', approved.releaseId)).toMatchObject({ state: 'approved' });
  });
});

describe('an intent of an unknown kind', () => {
  it('fails loudly', async () => {
    await expect(run({ kind: 'launch' } as never)).rejects.toThrow(TypeError);
  });
});
