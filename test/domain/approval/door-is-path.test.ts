/** What the door says of a release is what its people can do: be asked, open their links, decide, and fill the roles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterDenial } from '../../../lib/domain/approval/after-denial.ts';
import { assertApprovable } from '../../../lib/domain/approval/approvable.ts';
import { answerTime } from '../../../lib/domain/approval/candidates.ts';
import { assertMayDecide } from '../../../lib/domain/approval/eligibility.ts';
import { payloadFor } from '../../../lib/domain/approval/link.ts';
import { invitationsFor, quorumOf } from '../../../lib/domain/approval/quorum.ts';
import type { Instant, PersonId } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import type { DirectoryRecord } from '../../../lib/domain/policy/directory-record.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { aDirectory, aManifest, anApproval, anApprovalCase, NOW } from '../../support/approval-case.ts';
import { ofVersion, policyWith } from '../../support/denials.ts';
import { aClaim, anIntake } from '../../support/intake.ts';

const scene = await anApprovalCase({
  policy: policyWith('same_person'),
  manifest: aManifest({ commit_author: 'a-login' }),
});
const ROLES = ['ml_lead', 'risk_owner', 'legal'];
const IDS = ['ana', 'bob', 'cleo', 'dan', 'eve', 'fay'];

/** The request is open from the 21st to the 24th: who is away on all of these days, on some, or on others. */
const absence = fc.constantFrom(
  { first_day: '2026-11-20', last_day: '2026-11-30' },
  { first_day: '2026-11-21', last_day: '2026-11-22' },
  { first_day: '2026-11-23', last_day: '2026-11-24' },
  { first_day: '2026-12-01', last_day: '2026-12-31' },
);
const roles = fc.array(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 3 });
const people = fc.array(
  fc.record({
    roles: fc.uniqueArray(fc.constantFrom(...ROLES), { maxLength: 3 }),
    absences: fc.array(absence, { maxLength: 2 }),
  }),
  { minLength: 2, maxLength: IDS.length },
);
const deniers = fc.uniqueArray(fc.constantFrom(...IDS), { maxLength: 2 });

type Directory = Pick<DirectoryRecord, 'people'>;
const isThere = ({ people: all }: Directory, id: string, now: Instant): boolean =>
  !(all.find((one) => one.id === id)?.absences ?? []).some(
    ({ first_day, last_day }) => first_day <= now.slice(0, 10) && now.slice(0, 10) <= last_day,
  );

const questionOf = (given: { roles: string[]; directory: ReturnType<typeof aDirectory>; deniedBy: string[] }) => {
  const tier = { ...scene.policy.tiers.medium, roles: given.roles };
  const policy = { ...scene.policy, tiers: { ...scene.policy.tiers, medium: tier } };
  const former = given.deniedBy.map((decidedBy) => ({ ...ofVersion({ decidedBy }), isOfContent: false }));
  const { mustDecide } = afterDenial({ release: scene.release, policy, directory: given.directory, former });
  const { directory } = given;
  return { roles: given.roles, directory, release: scene.release, time: answerTime(tier, NOW), mustDecide };
};
type Question = ReturnType<typeof questionOf>;

const saysTheDoor = (question: Question): boolean => {
  try {
    assertApprovable(question);
    return true;
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'QuorumImpossible') return false;
    throw cause;
  }
};

/** Everybody who is there at any hour opens the link that they were sent, and approves. */
const showsThePath = (question: Question): boolean => {
  const invitations = invitationsOf(question);
  const request = { ...scene.request, requiredRoles: question.roles, invitations };
  const approvals = invitations.flatMap(({ personId, role }) => {
    const hours = Array.from({ length: 72 }, (_, hour) => plusMilliseconds(NOW, hour * HOUR_MS));
    const now = hours.find((hour) => isThere(question.directory, personId, hour));
    if (now === undefined) return [];
    const payload = payloadFor(request, personId);
    const { directory } = question;
    const { release, policy } = scene;
    assertMayDecide({
      release,
      policy,
      request,
      directory,
      signed: [],
      payload,
      evidenceDigestNow: request.evidenceDigest,
      now,
    });
    return [anApproval(personId, role)];
  });
  const approvers = new Set<PersonId>(approvals.map(({ approverId }) => approverId));
  return quorumOf(question.roles, approvals).met && question.mustDecide.every((id) => approvers.has(id));
};

const invitationsOf = (question: Question) => {
  try {
    return invitationsFor(question, () => 'nonce-nonce-nonce');
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'QuorumImpossible') return [];
    throw cause;
  }
};

/** The first of them wrote the commit, as it happens, under a login. */
const listed = (all: readonly { roles: string[] }[], isMaker: boolean) =>
  aDirectory(
    all.map((one, index) => ({
      ...one,
      id: IDS[index] ?? '',
      ...(isMaker && index === 0 ? { logins: ['a-login'] } : {}),
    })),
  );

describe('the door and the path through it (AP-1, RT-4)', () => {
  it('say the same of every directory without stand-ins', () => {
    const seen = new Map<boolean, number>();

    fc.assert(
      fc.property(roles, people, deniers, fc.boolean(), (asked, all, deniedBy, isMaker) => {
        const question = questionOf({ roles: asked, directory: listed(all, isMaker), deniedBy });

        const door = saysTheDoor(question);

        expect(showsThePath(question)).toBe(door);
        seen.set(door, (seen.get(door) ?? 0) + 1);
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(seen.get(true) ?? 0, seen.get(false) ?? 0)).toBeGreaterThan(100);
  });

  const YEAR = { first_day: '2026-01-01', last_day: '2026-12-31' };

  it('asks nobody in the role of a person who is away, while that leaves their own role empty', () => {
    const question = questionOf({
      roles: ['ml_lead', 'risk_owner'],
      directory: aDirectory([
        { id: 'cleo', roles: ['risk_owner'], absences: [YEAR] },
        { id: 'ana', roles: ['ml_lead', 'risk_owner'] },
        { id: 'bob', roles: ['ml_lead'] },
      ]),
      deniedBy: [],
    });

    const asked = invitationsOf(question).map(({ personId, role }) => `${personId}: ${role}`);

    expect(asked).toEqual(['bob: ml_lead', 'ana: risk_owner', 'cleo: risk_owner']);
  });

  it('asks those who are there before those who are away, and who must decide before both', () => {
    const away = Array.from({ length: 40 }, (_, index) => ({ id: `a${index}`, roles: ['ml_lead'], absences: [YEAR] }));
    const directory = aDirectory([
      ...away,
      { id: 'lead', roles: ['ml_lead'] },
      { id: 'late', roles: ['ml_lead'] },
      { id: 'owner', roles: ['ml_lead'] },
    ]);
    const question = questionOf({ roles: ['ml_lead'], directory, deniedBy: ['owner'] });

    const asked = invitationsOf(question).map(({ personId }) => personId);

    expect(asked.slice(0, 4)).toEqual(['lead', 'owner', 'late', 'a0']);
  });

  it('lets others stand in only where the roles cannot be filled without them', () => {
    const directory = aDirectory([
      { id: 'ana', roles: ['ml_lead', 'risk_owner'] },
      { id: 'pat', roles: ['ml_lead'], absences: [YEAR], backups: ['ben'] },
      { id: 'ben', roles: [] },
    ]);
    const question = questionOf({ roles: ['ml_lead', 'risk_owner'], directory, deniedBy: [] });

    const asked = invitationsOf(question).map(({ personId, role }) => `${personId}: ${role}`);

    expect(asked).toEqual(['ana: risk_owner', 'pat: ml_lead']);
  });

  it('refuses at once what needs a person who is away until the deadline, and names their role', () => {
    const directory = aDirectory([
      { id: 'ada', roles: ['ml_lead'] },
      { id: 'grace', roles: ['risk_owner'], absences: [YEAR] },
      { id: 'gwen', roles: ['risk_owner'] },
    ]);
    const question = questionOf({ roles: ['ml_lead', 'risk_owner'], directory, deniedBy: ['grace'] });

    expect(() => assertApprovable(question)).toThrowError(
      expect.objectContaining({
        code: 'QuorumImpossible',
        violations: [
          {
            field: 'risk_owner',
            problem:
              'grace denied this content or this version before, and it needs their approval: grace is away for as long as people could answer',
          },
        ],
      }),
    );
  });

  it('is how the intake asks, with the denials that it finds', async () => {
    const directory = aDirectory([
      { id: 'ada', roles: ['ml_lead'] },
      { id: 'grace', roles: ['risk_owner'], absences: [YEAR] },
      { id: 'gwen', roles: ['risk_owner'] },
    ]);
    const outcomes: string[] = [];
    for (const rows of [[], [ofVersion({ decidedBy: 'grace', role: 'risk_owner' })]]) {
      const intake = anIntake({ directory, policy: policyWith('same_person') });
      intake.store.seed(...rows);
      const answer = await requestRelease(aClaim(), intake);
      outcomes.push(answer.outcome === 'refused' ? answer.refusal.code : answer.outcome);
    }

    expect(outcomes).toEqual(['accepted', 'QuorumImpossible']);
  });
});
