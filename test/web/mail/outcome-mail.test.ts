import { beforeEach, describe, expect, it } from 'vitest';
import { Outcome } from '../../../lib/domain/release/outcome.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import type { MeasuredGroups } from '../../../lib/web/mail/groups-in-words.ts';
import { type ApprovalCase, anApprovalCase, at, NOW, person } from '../../support/approval-case.ts';
import { aMetCondition, aStandingCondition } from '../../support/conditions.ts';
import { everyMail, inVienna, mailAsking, mailOnOutcome, measuredGroups } from '../../support/mails.ts';
import { anApprovalOf, anEmptyPointer, aPointer, inProduction } from '../../support/release-life.ts';

const HOSTILE = '<img src=x onerror=alert(1)>\u202e\nBcc: eve@example.com';

let scene: ApprovalCase;
beforeEach(async () => {
  scene = await anApprovalCase();
});
/** The first line after the name of the reader. */
const leadOf = ({ text }: { readonly text: string }) => text.split('\n\n')[1];
const released = (changes: Partial<Release>): Release => ({ ...inProduction, ...changes });

const MATCHED: NonNullable<MeasuredGroups['live']>['unmatched'] = { counted: { gone: [], come: [] }, unkept: [] };

describe('a mail about an outcome (AP-18)', () => {
  it.each<[Outcome, string, string]>([
    ['rejected', 'Rejected', 'mortgage-approval 1.2.0 was rejected, and will not go to production.'],
    ['denied', 'Denied', 'Grace Hopper, as risk owner, denied mortgage-approval 1.2.0. It will not go to production.'],
    [
      'changes_requested',
      'Changes asked for',
      'Grace Hopper, as risk owner, asked for changes to mortgage-approval 1.2.0. As it is, it will not go to production.',
    ],
    [
      'approved_with_conditions',
      'Approved with conditions',
      'mortgage-approval 1.2.0 was approved with conditions that are yours to meet.',
    ],
    [
      'suspended',
      'Approval suspended',
      'The approval of mortgage-approval 1.2.0 is suspended, because a condition of it was not met in time.',
    ],
    ['withdrawn', 'Withdrawn', 'The request to approve mortgage-approval 1.2.0 has been withdrawn.'],
    [
      'expiring',
      'Approval ends within 7 days',
      'The approval of mortgage-approval 1.2.0, which is in production, ends within 7 days.',
    ],
    ['expired', 'Expired', 'mortgage-approval 1.2.0 was not approved in time, and will not go to production.'],
    [
      'not_deployed',
      'Not deployed',
      'mortgage-approval 1.2.0 was approved, and the attempt to deploy it has failed. It is not in production.',
    ],
    ['promoted', 'In production', 'mortgage-approval 1.2.0 is in production.'],
    ['rolled_back', 'Rolled back', 'mortgage-approval 1.2.0 was rolled back, and is not in production any more.'],
  ])('says in its first line that a release was %s', (outcome, subject, lead) => {
    const mail = mailOnOutcome(scene, outcome, 'grace');

    expect(mail.subject).toBe(`${subject}: mortgage-approval 1.2.0`);
    expect(leadOf(mail)).toBe(lead);
    expect(mail.html).toContain(`font-weight:bold">${lead}</p>`);
  });

  it('names every reason of a rejection, each with its remedy, and how to go on', () => {
    const { text } = mailOnOutcome(scene, 'rejected', 'rita');

    expect(text).toMatch(/- disparate_impact_ratio_above_minimum: failed: .* Change the model or its data until/);
    expect(text).toMatch(/- adversarial_perturbation_test_passed: not_provided: .* Bring the evidence/);
    expect(text).toContain('request it again under a new release_id');
    expect(text).toContain('You received this mail because you requested this release.');
  });

  it('says for whom somebody approved who stood in', () => {
    const approvals = [anApprovalOf('katherine', 'ml_lead', { actingFor: person('ada') })];

    const { text } = mailOnOutcome(scene, 'promoted', 'grace', { approvals });

    expect(text).toContain('- Katherine Johnson, ML lead, acting for Ada Lovelace, on ');
  });

  it('says to the owner of a condition what to do until when, and how to say that it is done', () => {
    const { release } = scene;
    const { text } = mailOnOutcome(scene, 'approved_with_conditions', 'grace');

    expect(text).toContain(
      '- Say in the card who must not be scored. (ada-1, asked for by Ada Lovelace): Grace Hopper, by Mon, 14 Dec 2026, 23:59 Europe/Vienna',
    );
    expect(text).toContain(`assay conditions meet ${release.releaseId} ada-1 --reason`);
    const met = [aStandingCondition({ status: 'met', met: aMetCondition() })];
    expect(mailOnOutcome(scene, 'approved_with_conditions', 'grace', { conditions: met }).text).toContain(
      'All of them are met.',
    );
    const unasked = mailOnOutcome(scene, 'approved_with_conditions', 'grace', { request: undefined });
    expect(unasked.text).toContain('because you have a condition of its approval to meet.');
  });

  it('says of a suspended approval that what serves goes on serving, and of another that it does not go there', () => {
    expect(mailOnOutcome(scene, 'suspended', 'rita').text).toContain('It goes on serving');
    const release = released({ state: 'approved', suspendedSince: NOW });
    const waiting = mailOnOutcome(scene, 'suspended', 'rita', { release }).text;
    expect(waiting).toContain('It does not go to production until the condition is met.');
    expect(waiting).toContain('Suspended since Sat, 21 Nov 2026, 10:00 Europe/Vienna');
  });

  it('names what else suspends an approval, by its own words', () => {
    const suspension = {
      ...{ entity: 'suspension' as const, version: 1, releaseId: released({}).releaseId, causeId: 'rejected_by_hand' },
      ...{ kind: 'rejected_by_hand', modelName: released({}).modelName, status: 'in_force', since: NOW },
      reason: 'its package was rejected by hand',
    };
    const { text } = mailOnOutcome(scene, 'suspended', 'rita', { conditions: [], suspensions: [suspension] });

    expect(text).toContain('The approval of mortgage-approval 1.2.0 is suspended.');
    expect(text).toContain('its package was rejected by hand');
    expect(text).not.toContain('condition');
  });

  it('says of what is in production which of its conditions are open', () => {
    const conditions = [
      aStandingCondition({ status: 'open' }),
      aStandingCondition({ status: 'met', met: aMetCondition() }),
    ];

    expect(
      mailOnOutcome(scene, 'promoted', 'rita', { conditions }).text.match(/Approved on condition of:\n\n- /g),
    ).toHaveLength(1);
    expect(mailOnOutcome(scene, 'promoted', 'rita').text).not.toContain('on condition');
  });

  it('says which changes were asked for, and how the next release answers them', () => {
    const { release } = scene;
    const { text } = mailOnOutcome(scene, 'changes_requested', 'rita');

    expect(text).toContain('The changes: Say in the card who must not be scored.');
    expect(text).toContain(`answers: ${release.releaseId}`);
  });

  it('says the same where a former version noted it as a rejection, and asks the asker for nothing', () => {
    const { release } = scene;
    const [reason] = [
      { rule: 'changes_requested', evidence: 'apr-mortgage-1-2-0', explanation: 'grace asked: say who' },
    ];
    const rejected = { ...release, state: 'rejected', reasons: [reason] } as typeof release;
    const approvals = [anApprovalOf('grace', 'risk_owner', { decision: 'request_changes', comment: 'say who' })];
    const { subject, text } = mailOnOutcome(scene, 'rejected', 'grace', { release: rejected, approvals });

    expect(subject).toContain('Changes asked for');
    expect(text).not.toMatch(/was rejected|Make the changes|no longer needed/);
  });

  it('says so by the row of the release where the decision is not there', () => {
    const { text } = mailOnOutcome(scene, 'changes_requested', 'ada', { approvals: [] });

    expect(text).toContain('An approver asked for changes');
    expect(text).toContain('The changes: grace asked for changes as risk_owner: say who');
    expect(text).toContain('your link no longer works');
  });

  it.each([
    ['evidence_sha256.model_card', /correct the digest in it/],
    ['fault', /ask your platform owner/],
    ['tier_override', /at its own tier/],
    ['model_package', /model_package: why\n/],
  ])('has a remedy for %s, or leaves it to the reason', (rule, remedy) => {
    const reasons = [{ rule, evidence: '', explanation: 'why' }];

    const { text } = mailOnOutcome(scene, 'rejected', 'rita', { release: released({ state: 'rejected', reasons }) });

    expect(text).toMatch(remedy);
  });

  it('says where the rest is if there are more reasons than anybody reads', () => {
    const reasons = Array.from({ length: 12 }, (_, index) => ({ rule: `r${index}`, evidence: '', explanation: 'why' }));

    const { text } = mailOnOutcome(scene, 'rejected', 'rita', { release: released({ state: 'rejected', reasons }) });

    expect(text).toContain('- r9: why\n- 2 more: assay status mortgage-1-2-0');
    expect(text).not.toContain('r10');
  });

  it('tells the person who denied it nothing about a decision that is no longer needed, and everybody else', () => {
    const ada = scene.request.invitations.some(({ personId }) => personId === 'ada');

    expect(ada).toBe(true);
    expect(mailOnOutcome(scene, 'denied', 'grace').text).not.toContain('no longer needed');
    expect(mailOnOutcome(scene, 'denied', 'ada').text).toContain('your link no longer works');
    expect(mailOnOutcome(scene, 'denied', 'rita').text).toContain('say in denial_answer what has changed');
  });

  it('has the reason of a denial even where the decision itself is not to be found', () => {
    const mail = mailOnOutcome(scene, 'denied', 'rita', { approvals: [] });

    expect(leadOf(mail)).toBe('mortgage-approval 1.2.0 was denied, and will not go to production.');
    expect(mail.text).toContain('too wide a gap');
  });

  it('says of a release that was withdrawn after its approval that it will not go to production', () => {
    const reasons = [{ rule: 'withdrawn', evidence: 'apr-mortgage-1-2-0', explanation: 'rita withdrew it' }];

    const mail = mailOnOutcome(scene, 'withdrawn', 'grace', { release: released({ state: 'rejected', reasons }) });

    expect(leadOf(mail)).toContain('was approved, and has been withdrawn before it went to production');
    expect(mail.text).not.toContain('your link');
  });

  it('says of a deadline that passed when it was, in both zones, and who did not decide', () => {
    const { text } = mailOnOutcome(scene, 'expired', 'rita', { approvals: [anApprovalOf('ada', 'ml_lead')] });

    expect(text).toContain('Tue, 24 Nov 2026, 10:00 Europe/Vienna (24 Nov 2026, 09:00:00 UTC)');
    expect(text).toContain('- Grace Hopper, risk owner');
    expect(text).not.toContain('Ada Lovelace');
  });

  it('says of an approval that ran out what becomes of the release', () => {
    const late = mailOnOutcome(scene, 'expired', 'rita', { release: released({ state: 'expired' }) });
    const serving = mailOnOutcome(scene, 'expired', 'rita', {
      release: released({ state: 'production', approvalExpiredAt: NOW }),
    });

    expect(leadOf(late)).toContain('was approved, but did not go to production in time');
    expect(leadOf(serving)).toContain('has expired, and mortgage-approval 1.2.0 is still in production');
    for (const { text, subject } of [late, serving]) {
      expect(subject).toBe('Approval expired: mortgage-approval 1.2.0');
      expect(text).toMatch(/was good until .*Europe\/Vienna \(.* UTC\)/);
    }
  });

  it('says who approved what went to production, and what it can be rolled back to', () => {
    const { text } = mailOnOutcome(scene, 'promoted', 'grace');

    expect(text).toContain('It took the place of mortgage-1-1-0, which it can be rolled back to.');
    expect(text).toContain('- Grace Hopper, risk owner, on Sat, 21 Nov 2026, 10:00 Europe/Vienna');
    const pointer = aPointer({ releaseId: inProduction.releaseId, fallbackReleaseId: '' });
    expect(mailOnOutcome(scene, 'promoted', 'grace', { pointer }).text).toContain('No other release');
    const replaced = mailOnOutcome(scene, 'promoted', 'grace', { pointer: anEmptyPointer() });
    expect(leadOf(replaced)).toContain('is not the one in production any more');
  });

  it('says who rolled a release back and why, what is live now, and that the model is held', () => {
    const { text } = mailOnOutcome(scene, 'rolled_back', 'grace');

    expect(text).toContain('In production now: mortgage-1-1-0.');
    expect(text).toContain('until operators release the hold: assay holds release mortgage-approval');
    const later = mailOnOutcome(scene, 'rolled_back', 'grace', { rollback: undefined, pointer: anEmptyPointer() });
    expect(later.text).toContain('Nothing of mortgage-approval is in production now.');
    expect(later.text).not.toMatch(/hold|incident/);
  });

  it('is no place for markup, a second line or a turned text', () => {
    const reasons = [{ rule: 'withdrawn', evidence: 'apr-mortgage-1-2-0', explanation: HOSTILE }];

    const { text, html } = mailOnOutcome(scene, 'withdrawn', 'grace', {
      release: released({ state: 'rejected', reasons, modelVersion: HOSTILE }),
    });

    expect(text).not.toMatch(/\u202e|^Bcc/m);
    expect(html).not.toMatch(/<img|\u202e/);
  });
});

describe('the mail that asks for a decision', () => {
  it('says what is asked, by when in both zones, who fares worst and what changes before its link', () => {
    const [before = '', after = ''] = mailAsking(scene).text.split('https://');

    for (const part of [
      'Rita Requester asks you, as risk owner, whether mortgage-approval 1.2.0 may go to production.',
      'Decide by: Tue, 24 Nov 2026, 10:00 Europe/Vienna (24 Nov 2026, 09:00:00 UTC)',
      'Risk tier: medium',
      'Who fares worst: race “Black or African American”, selected at 0.7521 of the rate of Asian; the policy asks for 0.80, and it is below that. Selected is who gets 1.',
      'Against mortgage-1-1-0, which is live: race “Black or African American”: from 89.7 % to 75.2 % (selection rate, of the highest one), worse; race “Black or African American”: from 75.2 % to 63.3 % (selection rate), changed.',
      'Of 11533 rows that both decided, 190 change from yes to no, and 143 from no to yes.',
    ]) {
      expect(before).toContain(part);
    }
    expect(after).toContain('Artifact SHA-256');
  });

  it('says so where there is nothing to compare, or nothing differs', () => {
    const { live } = measuredGroups(scene);
    const alone = mailAsking(scene, { groups: { worst: undefined } }).text;
    const same = mailAsking(scene, {
      groups: {
        worst: undefined,
        live: { releaseId: live?.releaseId ?? '', movements: [], unmatched: MATCHED, changed: undefined },
      },
    }).text;

    const predictions = (favorable_value: string) => ({ prediction_column: 'approved', favorable_value });
    const turned = mailAsking(scene, {
      groups: {
        worst: undefined,
        live: {
          ...{ releaseId: live?.releaseId ?? '', movements: [], unmatched: MATCHED, changed: undefined },
          other: { now: predictions('0'), live: predictions('1') },
        },
      },
    }).text;

    expect(turned).toContain('this release calls 0 the favorable decision, and that one 1');
    expect(alone).toContain('no two groups could be compared');
    expect(alone).toContain('No release of mortgage-approval is in production');
    expect(same).toContain('Against mortgage-1-1-0, which is live: no group differs beyond chance.');
    expect(same).not.toContain('rows that both decided');
  });

  it('names first the groups that vanished, says how many have too few rows, and never that they do not differ', () => {
    const lone = (value: string) => ({
      subject: 'selection rate',
      group: { attribute: 'race', value },
      measured: 0.48,
    });
    const gone = ['Black', 'Asian', 'Other', 'Two or more'].map(lone);
    const unkept = [{ kind: 'accuracy' as const }, { kind: 'rates' as const, attribute: 'branch', groups: 2 }];
    const textOf = (unmatched: Partial<typeof MATCHED>, groups = 2) => {
      const live = { releaseId: 'live', movements: [], unmatched: { ...MATCHED, ...unmatched }, changed: undefined };
      return mailAsking(scene, { groups: { worst: undefined, small: { groups, rows: 30 }, live } }).text;
    };
    const text = textOf({ counted: { gone, come: [] }, unkept });

    expect(text).toContain('2 groups have fewer than 30 rows and are not compared.');
    expect(textOf({}, 1)).toContain('1 group has fewer than 30 rows and is not compared.');
    expect(text).toMatch(
      /No longer counted, but of live: race Black: selection rate, which was 48\.0 %; .*; 1 more on the page\.\n.*nothing that could be compared differs beyond chance\./,
    );
    expect(text).toContain('not compared: the accuracy; the true and false positive rates of 2 groups of branch.');
    const accuracy = { subject: 'accuracy, counted', measured: 0.8 };
    expect(textOf({ counted: { gone: [accuracy], come: [] } })).toContain(
      'of live: accuracy, counted, which was 80.0 %.',
    );
  });

  it('names the two numbers that moved furthest, and how many more there are', () => {
    const movement = {
      subject: 'true positive rate',
      isReported: false,
      before: 0.5,
      after: 0.4,
      effect: 'other' as const,
      errors: undefined,
    };
    const movements = [movement, movement, movement];
    const groups = { worst: undefined, live: { releaseId: 'live', movements, unmatched: MATCHED, changed: undefined } };

    expect(mailAsking(scene, { groups }).text).toMatch(
      /50.0 % to 40.0 % \(true positive rate\), changed; .*; 1 more on/,
    );
  });

  it('has the deadline in UTC alone for a person whose zone is not known', () => {
    const { time_zone: _, ...person } = inVienna(scene, 'grace');
    const request = { ...scene.request, expiresAt: at('2026-11-24T09:00:00.000Z') };

    const { text, subject } = mailAsking(scene, { person, request });

    expect(text).toContain('Decide by: 24 Nov 2026, 09:00:00 UTC\n');
    expect(subject).toMatch(/by 24 Nov 2026, 09:00:00 UTC$/);
  });
});

describe('every mail', () => {
  it('has no secret in it, and no link but the one that asks its reader', () => {
    for (const [name, { subject, text, html }] of Object.entries(everyMail(scene))) {
      const all = [subject, text, html].join('\n');
      expect(all, name).not.toMatch(/task-token|nonce-nonce|hunter2/);
      expect(text.split('https://').length - 1, name).toBe(name.startsWith('asking') ? 1 : 0);
    }
  });

  it('says the same as text and as HTML', () => {
    const plain = (html: string) =>
      html
        .replace(/<style>.*?<\/style>|<title>.*?<\/title>/g, '')
        .replace(/<[^>]+>/g, ' ')
        .replaceAll('&#39;', "'")
        .replaceAll('&quot;', '"')
        .replace(/\s+/g, ' ');
    for (const [name, { text, html }] of Object.entries(everyMail(scene))) {
      for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('https://'))) {
        const words = line
          .replace(/^- /, '')
          .replace(/^([^:]+): /, (whole, label) => (html.includes(`>${label}</td>`) ? `${label} ` : whole));
        expect(plain(html), name).toContain(words.replace(/decide:$/, 'decide').replace(/\s+/g, ' '));
      }
    }
  });

  it('takes the colours of a dark client', () => {
    for (const { html } of Object.values(everyMail(scene))) {
      expect(html).toContain('<meta name="color-scheme" content="light dark">');
      expect(html).toContain('@media (prefers-color-scheme:dark)');
    }
  });

  it('covers every outcome', () => {
    const mails = Object.keys(everyMail(scene));
    for (const outcome of Outcome.options) expect(mails).toContain(`${outcome}-to-rita`);
  });
});
