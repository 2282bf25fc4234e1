import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import { type EventDraft, eventBytes } from '../../../lib/domain/ledger/event.ts';
import { aDraft, aReleaseInProduction, eventFiles, SUBJECT, sealAll } from '../ledger/a-ledger.ts';

/** What the replay of one chain objects to, without the names of the files. */
const objections = async (drafts: readonly EventDraft[]): Promise<string[]> => {
  const sealed = sealAll(drafts.map((draft) => ({ model: 'credit', draft })));
  const { problems } = await verifyLedger(eventFiles(sealed));
  return problems.map(({ why }) => why);
};

const story = aReleaseInProduction('credit-1');
const place = (type: EventDraft['event_type']): number => story.findIndex((draft) => draft.event_type === type);
const changed = (type: EventDraft['event_type'], change: Partial<EventDraft>): EventDraft[] =>
  story.map((draft, index) => (index === place(type) ? { ...draft, ...change } : draft));
const without = (type: EventDraft['event_type']): EventDraft[] => story.filter((draft) => draft.event_type !== type);

describe('the replayed rules', () => {
  it('hold for a release on its way to production', async () => {
    expect(await objections(story)).toEqual([]);
  });

  it('hold for a fallback that was restored, replaced and retired', async () => {
    const again = { event_type: 'rollback_executed', approval_state: 'rolled_back' } as const;

    const found = await objections([
      ...story,
      ...aReleaseInProduction('credit-2', 'credit-1'),
      aDraft({ ...again, release_id: 'credit-2', details: { to: 'credit-1' } }),
      ...aReleaseInProduction('credit-3', 'credit-1'),
      aDraft({ event_type: 'transition_refused', release_id: 'credit-1', approval_state: 'superseded' }),
      aDraft({ event_type: 'transition_refused', release_id: 'credit-1', approval_state: 'retired' }),
    ]);

    expect(found).toEqual([]);
  });

  it('hold for a release that was denied after its deployment, and taken off its endpoint', async () => {
    const about = { release_id: 'credit-1', subject: SUBJECT };

    const found = await objections([
      ...without('deployment_promoted'),
      aDraft({ ...about, event_type: 'promotion_refused', approval_state: 'approved' }),
      aDraft({ ...about, event_type: 'approval_expired', approval_state: 'expired' }),
      aDraft({ ...about, event_type: 'endpoint_restored', approval_state: 'expired' }),
      ...aReleaseInProduction('credit-2'),
    ]);

    expect(found).toEqual([]);
  });

  it.each<[string, EventDraft[], string]>([
    [
      'a release that nobody requested',
      without('release_requested'),
      'a release that is not there yet cannot become validated',
    ],
    [
      'a skipped evaluation',
      without('evaluation_completed').filter(({ approval_state: state }) => state !== 'validated'),
      'a release that is draft cannot become approved',
    ],
    [
      'a state that does not exist',
      changed('evaluation_completed', { approval_state: 'blessed' }),
      'blessed is no state of a release',
    ],
    [
      'an approval in disguise',
      changed('release_approved', { event_type: 'stage_evaluated' }),
      'only release_approved makes a release approved',
    ],
    [
      'a promotion that leaves the release approved',
      changed('deployment_promoted', { approval_state: 'approved' }),
      'the release is then production, not approved',
    ],
    [
      'an approval by the requester',
      changed('approval_granted', { actor_id: 'rita' }),
      'rita requested or trained the release and cannot approve it',
    ],
    [
      'an approval by the trainer',
      changed('approval_granted', { actor_id: 'tom' }),
      'tom requested or trained the release and cannot approve it',
    ],
    ['a person who approves in both roles', changed('approval_granted', { actor_id: 'rob' }), 'rob has decided before'],
    ['a machine that approves', changed('approval_granted', { actor_role: 'system' }), 'a machine cannot decide'],
    ['an approval without people', without('approval_granted'), 'nobody has approved it'],
    ['an approval that nobody was asked for', without('approval_requested'), 'nobody was asked to approve it'],
    ['a missing role', story.toSpliced(place('approval_granted'), 1), 'nobody has approved it as ml_lead'],
    ['an approval against a denial', changed('approval_granted', { event_type: 'approval_denied' }), 'mia denied it'],
    [
      'another artifact',
      changed('deployment_promoted', { subject: { ...SUBJECT, artifact_sha256: 'e'.repeat(64) } }),
      'artifact_sha256 is not the one that was approved',
    ],
    [
      'no artifact at all',
      changed('deployment_promoted', { subject: { ...SUBJECT, artifact_sha256: '' } }),
      'artifact_sha256 is not the one that was approved',
    ],
    [
      'other evidence',
      changed('release_approved', { subject: { ...SUBJECT, evidence_digest: 'e'.repeat(64) } }),
      'evidence_digest is not the one that was approved',
    ],
    [
      'a decision after the deadline',
      changed('approval_requested', { details: { required_roles: [], expires_at: '2026-11-20T23:00:00.000Z' } }),
      'it came too late: the deadline was 2026-11-20T23:00:00.000Z',
    ],
    [
      'a promotion after the approval ran out',
      changed('release_approved', { details: { approved_until: '2026-11-20T23:00:00.000Z' } }),
      'it came too late: the deadline was 2026-11-20T23:00:00.000Z',
    ],
    [
      'a promotion over an unnamed release',
      changed('deployment_promoted', { details: { superseded: 'credit-0' } }),
      'it does not name nothing as superseded',
    ],
  ])('name %s', async (_, drafts, why) => {
    const found = await objections(drafts);

    expect(found[0]).toContain(why);
  });

  it('name a promotion that was never approved, apart from the transition', async () => {
    const found = await objections(
      without('release_approved').map((draft) =>
        draft.approval_state === 'approved' ? { ...draft, approval_state: 'validated' } : draft,
      ),
    );

    expect(found).toContainEqual(
      expect.stringContaining('deployment_promoted of release credit-1: it was never approved'),
    );
  });

  it.each<EventDraft['event_type']>(['release_requested', 'release_approved', 'deployment_promoted'])(
    'name a %s that happens twice',
    async (type) => {
      const index = place(type);
      const repeated = story.slice(index, index + 1);

      expect((await objections(story.toSpliced(index, 0, ...repeated))).join('\n')).toMatch(/it is \w+ already/);
    },
  );

  it('do not take missing details for permission', async () => {
    const bare = story.map((draft) => (draft.event_type.endsWith('requested') ? { ...draft, details: {} } : draft));

    expect((await objections(bare))[0]).toContain('nobody was asked to approve it');
  });

  it('name a second request that asks for less', async () => {
    const less = {
      ...story[place('approval_requested')],
      details: { required_roles: ['release_manager'] },
    } as EventDraft;

    const found = await objections(story.toSpliced(place('approval_granted'), 0, less));

    expect(found[0]).toContain('nobody has approved it as release_manager');
  });

  it.each([
    ['of a release that is not live', 'credit-1', 'credit-1', 'credit-2 is in production'],
    ['to something else than the fallback', 'credit-2', 'credit-0', 'it does not go back to credit-1'],
  ])('name a rollback %s', async (_, releaseId, to, why) => {
    const rollback = aDraft({
      event_type: 'rollback_executed',
      release_id: releaseId,
      approval_state: 'rolled_back',
      details: { to },
    });

    const found = await objections([...story, ...aReleaseInProduction('credit-2', 'credit-1'), rollback]);

    expect(found.join('\n')).toContain(why);
  });

  it('name a second rollback in a row, which has nowhere to go', async () => {
    const back = (releaseId: string, to: string) =>
      aDraft({
        event_type: 'rollback_executed',
        release_id: releaseId,
        approval_state: 'rolled_back',
        details: { to },
      });

    const found = await objections([
      ...story,
      ...aReleaseInProduction('credit-2', 'credit-1'),
      back('credit-2', 'credit-1'),
      back('credit-1', ''),
      back('credit-1', ''),
    ]);

    expect(found.join('\n')).toContain('it does not go back to anything');
    expect(found.join('\n')).toContain('nothing is in production');
  });

  it('hold for signatures that are made anew, and those that are made anew of these', async () => {
    const [record, first, second, third] = ['1', '2', '3', '4'].map((digit) => digit.repeat(64));
    const renewal = (renewed: object[]) =>
      aDraft({
        event_type: 'signatures_renewed',
        approval_state: 'production',
        details: { renewed } as EventDraft['details'],
      });
    const approvedWith = changed('release_approved', { subject: { ...SUBJECT, record_sha256: String(record) } });
    const evaluated = aDraft({ event_type: 'stage_evaluated', details: { attestation_sha256: String(first) } });
    const signed = approvedWith.toSpliced(1, 0, evaluated);

    const known = renewal([
      { from_sha256: record, to_sha256: second },
      { from_sha256: first, to_sha256: third },
    ]);

    expect(await objections([...signed, known, renewal([{ from_sha256: second, to_sha256: first }])])).toEqual([]);
  });

  it.each([
    ['an envelope that nothing tells of', { from_sha256: 'f'.repeat(64), to_sha256: 'e'.repeat(64) }],
    ['an envelope without a digest', { from_sha256: '', to_sha256: 'e'.repeat(64) }],
    ['something that is no renewal', 'all of them'],
  ])('name a renewal of %s', async (_, renewed) => {
    const details = { renewed: [renewed] } as EventDraft['details'];
    const renewal = aDraft({ event_type: 'signatures_renewed', approval_state: 'production', details });

    expect((await objections([...story, renewal])).join('\n')).toContain(
      'it re-signs an envelope that no event mentions',
    );
  });

  it('give a decision that was appended just after the deadline the benefit of the doubt', async () => {
    const details = { required_roles: ['ml_lead'], expires_at: '2026-11-20T23:59:51.000Z' };

    expect(await objections(changed('approval_requested', { details }))).toEqual([]);
  });
});

describe('an event that this version does not know', () => {
  it('is an objection, as nobody can say here whether it was allowed', async () => {
    const about = { event_type: 'endpoint_restored', release_id: 'credit-1', approval_state: 'production' } as const;
    const sealed = sealAll([...story, aDraft(about)].map((draft) => ({ model: 'credit', draft })));
    const [last] = sealed.splice(-1);
    if (last === undefined) throw new Error('there is no event');
    const event = { ...last.event, event_type: 'release_blessed' };

    const { problems } = await verifyLedger(eventFiles([...sealed, { ...last, event, bytes: eventBytes(event) }]));

    expect(problems.map(({ why }) => why)).toEqual([
      'release_blessed of release credit-1: this version does not know such an event, nor whether it was allowed',
    ]);
  });
});
