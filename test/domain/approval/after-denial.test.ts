/** Denials are not laundered (AP-16): the same bytes under another id, or other bytes under the same version. */
import { describe, expect, it } from 'vitest';
import { isAnswered } from '../../../lib/domain/approval/after-denial.ts';
import { readFormerDecisionsOf } from '../../../lib/domain/change/read-former-decisions.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import type { AfterDenialRule } from '../../../lib/domain/policy/after-denial-rule.ts';
import type { DecidedContent, DecidedVersion } from '../../../lib/domain/records/former-decision.ts';
import { aDirectory, aManifest, anApprovalCase, at, digestOf, NOW } from '../../support/approval-case.ts';
import {
  ANSWER,
  decide,
  ofContent,
  ofVersion,
  policyWith,
  reasonsOf,
  submit,
  TEN,
  TEN_PAST,
} from '../../support/denials.ts';
import { aClaim, anIntake } from '../../support/intake.ts';
import { refusalCodeOf } from '../../support/refusals.ts';

/** How the request stands after an ml_lead and a risk_owner have approved, and after the person who denied has, too. */
const approve = async (rows: readonly (DecidedContent | DecidedVersion)[], rule: AfterDenialRule) => {
  const manifest = aManifest(ANSWER);
  const scene = await anApprovalCase({ policy: policyWith(rule), decidedBefore: rows, manifest });
  await decide(scene, 'ada');
  const others = (await decide(scene, 'grace')).facts.request.status;
  if (others === 'approved') return [others];
  return [others, (await decide(scene, 'katherine')).facts.request.status];
};

const BEFORE = {
  nothing: [],
  'the same content, in another version': [ofContent()],
  'the same version, with other content': [ofVersion()],
} as const;
const alone = ['approved'];
const together = ['pending', 'approved'];
type Row = [rule: AfterDenialRule, before: keyof typeof BEFORE, unanswered: string, approvals: string[]];
const TABLE: Row[] = [
  ['shown', 'nothing', 'accepted', alone],
  ['shown', 'the same content, in another version', 'accepted', alone],
  ['shown', 'the same version, with other content', 'accepted', alone],
  ['answer', 'nothing', 'accepted', alone],
  ['answer', 'the same content, in another version', 'DenialUnanswered', alone],
  ['answer', 'the same version, with other content', 'DenialUnanswered', alone],
  ['same_person', 'nothing', 'accepted', alone],
  ['same_person', 'the same content, in another version', 'accepted', together],
  ['same_person', 'the same version, with other content', 'accepted', together],
];

describe('what a policy asks for after a denial (AP-16)', () => {
  it.each(TABLE)('%s, of %s: without an answer %s, and by its approvals %s', async (rule, before, outcome, status) => {
    expect(await submit(BEFORE[before], { rule })).toBe(outcome);
    expect(await submit(BEFORE[before], { rule, ...ANSWER })).toBe(
      before === 'nothing' ? 'ManifestInvalid' : 'accepted',
    );
    expect(await approve(BEFORE[before], rule)).toEqual(status);
  });

  it.each([
    ['high', 'same_person'],
    ['medium', 'answer'],
    ['low', 'answer'],
  ] as const)('is, at tier %s, %s if the policy says nothing', async (tier, rule) => {
    const accepted = rule === 'same_person' ? 'accepted' : 'DenialUnanswered';
    expect(await submit([ofContent()], { declared_risk_tier: tier })).toBe(accepted);
  });

  it('is the strictest where only another version knows the word', async () => {
    expect(await approve([ofContent()], 'by_the_board' as never).catch(() => 'no such policy')).toBe('no such policy');
    const policy = policyWith('shown');
    const stored = { ...policy, tiers: { ...policy.tiers, medium: { ...policy.tiers.medium, after_denial: 'board' } } };
    const scene = await anApprovalCase({ policy: stored as never, decidedBefore: [ofContent()] });

    expect(scene.request.requiredPeople).toEqual(['katherine']);
  });

  it('asks nothing because of what the gate rejected', async () => {
    expect(await submit([ofContent({ outcome: 'rejected' })], { rule: 'answer' })).toBe('accepted');
    expect(await approve([ofContent({ outcome: 'rejected' })], 'same_person')).toEqual(alone);
  });

  it.each(['', 'too short', `${'\u200b'.repeat(30)}x`, `${'a '.repeat(19)}`])(
    'takes no answer like %j',
    async (answer) => {
      expect(await submit([ofContent()], { rule: 'answer', denial_answer: answer })).toBe('ManifestInvalid');
    },
  );

  it('names the denial that has to be answered, by whom, when and why', async () => {
    const intake = anIntake({ policy: policyWith('answer') });
    intake.store.seed(ofContent());

    expect(await requestRelease(aClaim(), intake)).toMatchObject({
      refusal: {
        faults: [
          {
            field: 'denial_answer',
            problem: `does not answer katherine, who denied mortgage-former as ml_lead at ${NOW}: the groups differ`,
          },
        ],
      },
    });
  });

  it('puts on record which denials the submitter knew, and whether they are answered', async () => {
    const intake = anIntake({ policy: policyWith('answer') });
    intake.store.seed(ofContent());
    await requestRelease(aClaim(ANSWER), intake);

    const [requested] = await intake.store.events('mortgage-approval');
    expect(requested?.event.details).toMatchObject({
      denied_before: [{ release_id: 'mortgage-former', by: 'katherine' }],
      denied_before_total: 1,
      denial_answered: true,
      ...ANSWER,
    });
  });

  it('puts on record that nobody answers, where the policy only shows denials', async () => {
    const intake = anIntake({ policy: policyWith('shown') });
    intake.store.seed(ofContent());
    await requestRelease(aClaim(), intake);

    const [requested] = await intake.store.events('mortgage-approval');
    expect(requested?.event.details).toMatchObject({ denied_before_total: 1, denial_answered: false });
    expect(requested?.event.details).not.toHaveProperty('denial_answer');
  });
});

describe('an answer', () => {
  it('to what nobody has denied is refused at the door, and says why', async () => {
    const intake = anIntake({ policy: policyWith('answer') });
    intake.store.seed(ofContent({ outcome: 'rejected' }));

    expect(await requestRelease(aClaim(ANSWER), intake)).toMatchObject({
      refusal: {
        code: 'ManifestInvalid',
        faults: [{ field: 'denial_answer', problem: expect.stringContaining('leave it out') }],
      },
    });
  });

  it('is kept with the denials that it answers', async () => {
    const intake = anIntake({ policy: policyWith('answer') });
    intake.store.seed(
      ofContent(),
      ofVersion({ releaseId: 'b' as never }),
      ofContent({ releaseId: 'c' as never, outcome: 'rejected' }),
    );
    const outcome = await requestRelease(aClaim(ANSWER), intake);

    expect(outcome).toMatchObject({ release: { answeredDenials: expect.arrayContaining(['mortgage-former', 'b']) } });
    expect(outcome).not.toMatchObject({ release: { answeredDenials: expect.arrayContaining(['c']) } });
  });

  const later = { releaseId: 'later' as never, decidedAt: at('2026-11-21T09:30:00.000Z') };
  it.each(['answer', 'same_person'] as const)(
    'does not answer a denial that comes while people decide, or after they have: rule %s',
    async (rule) => {
      const first = { policy: policyWith(rule), decidedBefore: [ofContent()], manifest: aManifest(ANSWER) };
      const directory = aDirectory(peopleWithout('katherine'));
      const meanwhile = await anApprovalCase({ ...first, directory });
      await decide(meanwhile, 'ada');
      meanwhile.store.seed(ofContent(later));
      const afterwards = await anApprovalCase({ ...first, directory });
      await decide(afterwards, 'ada');
      await decide(afterwards, 'grace');

      expect((await decide(meanwhile, 'grace')).facts.request.status).toBe('pending');
      expect(await reasonsOf(afterwards)).toEqual([]);
      afterwards.store.seed(ofContent(later));
      expect(await reasonsOf(afterwards)).toEqual(['katherine denied later as ml_lead, which nobody has answered']);
    },
  );

  it('that a former version kept without them answers what was denied before it', async () => {
    const denials = await readFormerDecisionsOf(
      (await anApprovalCase({ decidedBefore: [ofContent(), ofContent(later)] })).store,
      (await anApprovalCase()).release,
    );
    const { answeredDenials: _, ...former } = (await anApprovalCase({ manifest: aManifest(ANSWER) })).release;

    expect(denials.map((denial) => [denial.releaseId, isAnswered({ ...former, createdAt: TEN_PAST }, denial)])).toEqual(
      [
        ['later', false],
        ['mortgage-former', true],
      ],
    );
    expect(denials.map((denial) => isAnswered({ ...former, manifest: aManifest(), createdAt: TEN }, denial))).toEqual([
      false,
      false,
    ]);
  });
});

describe('a person who must decide again', () => {
  const gone = [
    ['has left the directory', { directory: aDirectory(peopleWithout('katherine')) }],
    [
      'holds no role that is asked for',
      { directory: aDirectory([...peopleWithout('katherine'), { id: 'katherine', roles: ['legal'] }]) },
    ],
  ] as const;

  it('is among those who are asked, and on record', async () => {
    const scene = await anApprovalCase({ policy: policyWith('same_person'), decidedBefore: [ofContent()] });

    expect(scene.request.requiredPeople).toEqual(['katherine']);
    expect(scene.request.invitations.map(({ personId }) => personId)).toContain('katherine');
    expect((await scene.store.events(scene.release.modelName))[0]?.event.details).toMatchObject({
      required_people: ['katherine'],
    });
  });

  it('is asked even where more people could be asked than a request can invite', async () => {
    const many = Array.from({ length: 60 }, (_, each) => ({ id: `lead${each}`, roles: ['ml_lead', 'risk_owner'] }));
    const directory = aDirectory([...many, { id: 'katherine', roles: ['ml_lead'] }]);
    const scene = await anApprovalCase({ policy: policyWith('same_person'), decidedBefore: [ofContent()], directory });

    expect(scene.request.invitations.map(({ personId }) => personId)).toContain('katherine');
  });

  it.each(gone)('but %s: the denial has to be answered in writing instead', async (_, { directory }) => {
    const intake = anIntake({ policy: policyWith('same_person'), directory });
    intake.store.seed(ofContent());

    expect(await requestRelease(aClaim(), intake)).toMatchObject({ refusal: { code: 'DenialUnanswered' } });
    expect(await requestRelease(aClaim(ANSWER), intake)).toMatchObject({ outcome: 'accepted' });
  });

  it('but made the other bytes of this version: the denial has to be answered in writing instead', async () => {
    const rows = [ofVersion({ decidedBy: 'rita' })];

    expect(await submit(rows, { rule: 'same_person' })).toBe('DenialUnanswered');
    expect(await submit(rows, { rule: 'same_person', ...ANSWER })).toBe('accepted');
  });

  it('and leaves while the others decide: it is not approved without an answer, and approved with one', async () => {
    for (const [manifest, status] of [
      [aManifest(), 'pending'],
      [aManifest(ANSWER), 'approved'],
    ] as const) {
      const scene = await anApprovalCase({ policy: policyWith('same_person'), decidedBefore: [ofContent()], manifest });
      await decide(scene, 'ada');
      const left = { ...scene, directory: aDirectory(peopleWithout('katherine')) };

      expect((await decide(left, 'grace')).facts.request.status).toBe(status);
      expect(await scene.store.get('request', scene.request.requestId)).toMatchObject({ requiredPeople: [] });
    }
  });

  it('because of a denial that comes while people decide: it counts as well', async () => {
    const scene = await anApprovalCase({ policy: policyWith('same_person') });
    await decide(scene, 'ada');
    scene.store.seed(ofContent());

    expect((await decide(scene, 'grace')).facts.request.status).toBe('pending');
    expect((await decide(scene, 'katherine')).facts.request.status).toBe('approved');
  });
});

describe('a denial', () => {
  it('is found by content and by version from then on, with who, role, when and why', async () => {
    const scene = await anApprovalCase();
    await decide(scene, 'ada', { decision: 'deny', comment: 'the groups differ' });

    const found = {
      releaseId: scene.release.releaseId,
      outcome: 'denied',
      decidedBy: 'ada',
      role: 'ml_lead',
      reason: 'the groups differ',
      decidedAt: TEN,
    };
    const next = { ...scene.release, releaseId: 'next' as never };
    const other = { artifactSha256: digestOf('other'), evidence: scene.release.pinned?.evidence as never };
    expect(await readFormerDecisionsOf(scene.store, next)).toMatchObject([{ ...found, isOfContent: true }]);
    expect(await readFormerDecisionsOf(scene.store, { ...next, pinned: other })).toMatchObject([
      { ...found, isOfContent: false },
    ]);
    expect(await readFormerDecisionsOf(scene.store, { ...next, modelVersion: '9.9.9' })).toHaveLength(1);
    expect(await readFormerDecisionsOf(scene.store, { ...next, modelVersion: '9.9.9', pinned: other })).toEqual([]);
    expect(await readFormerDecisionsOf(scene.store, scene.release)).toEqual([]);
  });

  it.each([
    ['1.2.0', '1.2.0'],
    ['1.2.0+build.2', '1.2.0+build.2'],
    ['1.2.0', '1.2.0+build.2'],
    ['2026-04-10.0', '2026-04-10'],
    ['2026-04-10', '2026-04-10.0'],
  ])('of %s, which an earlier version of Assay kept as it was spelt, is found by %s', async (modelVersion, next) => {
    expect(await submit([ofVersion({ modelVersion })], { rule: 'answer', model_version: next })).toBe(
      'DenialUnanswered',
    );
  });

  it('stands before everything else, and the latest before the others', async () => {
    const rows = [
      ofVersion({ releaseId: 'a' as never, outcome: 'rejected', decidedAt: TEN }),
      ofVersion({ releaseId: 'b' as never }),
      ofContent({ releaseId: 'c' as never, decidedAt: TEN }),
    ];
    const scene = await anApprovalCase({ decidedBefore: rows });
    const { pinned: _, ...unpinned } = scene.release;

    expect((await readFormerDecisionsOf(scene.store, unpinned)).map(({ releaseId }) => releaseId)).toEqual([
      'c',
      'b',
      'a',
    ]);
  });

  it('by two people does not let the same bytes pass under a third id: at tier high both have to approve', async () => {
    const rows = [
      ofContent({ releaseId: 'first' as never, decidedBy: 'katherine' }),
      ofContent({ releaseId: 'second' as never, decidedBy: 'ada' }),
    ];
    const manifest = aManifest({ model_version: '1.3.0', declared_risk_tier: 'high' });
    const directory = aDirectory([...peopleWithout(), { id: 'lea', roles: ['ml_lead'] }]);
    const scene = await anApprovalCase({ decidedBefore: rows, manifest, directory });

    await decide(scene, 'lea');
    const { facts } = await decide(scene, 'grace');

    expect(facts.request).toMatchObject({ status: 'pending', requiredPeople: ['katherine', 'ada'] });
    await decide(scene, 'katherine');
    expect((await decide(scene, 'ada')).facts.request.status).toBe('approved');
    expect(await refusalCodeOf(() => decide(scene, 'ada', { decision: 'deny', comment: 'no' }))).toBe(
      'DecisionAlreadyRecorded',
    );
  });
});

function peopleWithout(gone = '') {
  return [
    { id: 'ada', roles: ['ml_lead'] },
    { id: 'grace', roles: ['risk_owner'] },
    { id: 'katherine', roles: ['ml_lead', 'risk_owner'] },
    { id: 'rita', roles: ['ml_lead', 'release_manager'] },
    { id: 'tom', roles: ['risk_owner', 'ml_engineer'] },
  ].filter(({ id }) => id !== gone);
}
