import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import type { EventDraft } from '../../../lib/domain/ledger/event.ts';
import { aDraft, aReleaseInProduction, eventFiles, sealAll } from '../ledger/a-ledger.ts';

/** What the verification of one chain objects to. What each rule holds against which chain is in `rules/`. */
const problemsOf = async (drafts: readonly EventDraft[]) => {
  const sealed = sealAll(drafts.map((draft) => ({ model: 'credit', draft })));
  return (await verifyLedger(eventFiles(sealed))).problems;
};

const story = aReleaseInProduction('credit-1');

describe('the replayed rules', () => {
  it('hold for a release on its way to production', async () => {
    expect(await problemsOf(story)).toEqual([]);
  });

  it('name the event that breaks one, and the release that it is of', async () => {
    const found = await problemsOf(
      story.map((draft) => (draft.actor_id === 'mia' ? { ...draft, actor_id: 'rita' } : draft)),
    );

    const why = 'approval_granted of release credit-1: rita';
    expect(found).toEqual([
      {
        key: expect.stringContaining('000000000004.json'),
        why: `${why} made the release and cannot approve it`,
      },
      { key: expect.stringContaining('000000000004.json'), why: `${why} was not asked to decide as ml_lead` },
    ]);
  });

  it('accept that a wrong event happened: later events are judged by what the chain says', async () => {
    const unasked = story.filter(({ event_type: type }) => type !== 'release_requested');

    expect((await problemsOf(unasked)).map(({ why }) => why)).toEqual([
      'evaluation_completed of release credit-1: a release that is not there yet cannot become validated',
    ]);
  });

  it('say nothing of an event that is about no release', async () => {
    expect(await problemsOf([aDraft({ event_type: 'endpoint_adopted', release_id: '', approval_state: '' })])).toEqual(
      [],
    );
  });
});
