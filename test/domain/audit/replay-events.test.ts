import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replayProblems } from '../../../lib/domain/audit/replay-events.ts';
import { assayActsItself } from '../../../lib/domain/audit/rules/assay-acts-itself.ts';
import { eventIsKnown } from '../../../lib/domain/audit/rules/event-is-known.ts';
import { releaseIsNamed } from '../../../lib/domain/audit/rules/release-is-named.ts';
import { standsOnItsChain } from '../../../lib/domain/audit/rules/stands-on-its-chain.ts';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import { Sha256 } from '../../../lib/domain/identifiers.ts';
import { AuditEvent, type EventDraft, EventType, eventKey, LOG_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { APART } from '../../support/denials-elsewhere.ts';
import { publication, signedDraft } from '../../support/signed-drafts.ts';
import { aDraft, aReleaseInProduction, eventFiles, sealAll } from '../ledger/a-ledger.ts';
import { NEVER_STOPPED, NO_POLICY, NOBODY_DENIED, UNSIGNED } from './rules/describe-rule.ts';

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

  it('look for denials on all chains', async () => {
    const asking = (draft: EventDraft): EventDraft =>
      draft.event_type === 'approval_requested'
        ? { ...draft, details: { ...draft.details, after_denial: 'answer' } }
        : draft;
    const [before, after] = [story.slice(0, -3), story.slice(-3)];
    const denial = aReleaseInProduction('fraud-1')
      .slice(0, 4)
      .map(
        (draft): EventDraft =>
          draft.event_type === 'approval_granted'
            ? { ...draft, event_type: 'approval_denied', approval_state: 'rejected', meaning: '' }
            : draft,
      );
    const told = [publication(), ...[...before, ...denial, ...after].map(asking)].map((draft, index) => ({
      model: draft.model_name || LOG_CHAIN,
      draft: draft.event_type === 'approval_denied' ? signedDraft(draft, index * APART) : draft,
    }));

    const { problems } = await verifyLedger(eventFiles(sealAll(told, new Map(), 0, APART)));

    expect(problems.map(({ why }) => why)).toEqual([
      expect.stringContaining('release_approved of release credit-1: mia denied the same bytes as fraud-1'),
      expect.stringContaining('deployment_promoted of release credit-1: mia denied the same bytes as fraud-1'),
    ]);
  });
});

describe('the rules that list types of events', () => {
  const lines = readFileSync(new URL('../../../docs/formats/audit-event.examples.ndjson', import.meta.url), 'utf8');
  const examples = lines
    .trimEnd()
    .split('\n')
    .map((line) => AuditEvent.parse(JSON.parse(line)));
  /** These judge an event by itself, so an example needs no history. */
  const byThemselves = [eventIsKnown, releaseIsNamed, standsOnItsChain, assayActsItself];

  // A list that does not know a type accuses every honest ledger that has an event of it.
  it.each(EventType.options)('accuse no honest event: %s', (type) => {
    const told = examples
      .filter(({ event_type }) => event_type === type)
      .map((event) => ({ kind: 'event' as const, key: eventKey(event), event, hash: Sha256.parse('0'.repeat(64)) }));
    const world = { signing: UNSIGNED, denials: NOBODY_DENIED, lineStops: NEVER_STOPPED, deployedPolicies: NO_POLICY };

    expect(told).not.toEqual([]);
    expect(replayProblems(told, world, byThemselves)).toEqual([]);
  });
});
