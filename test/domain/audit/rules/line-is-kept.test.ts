import { describe, expect, it } from 'vitest';
import { lineStopsIn } from '../../../../lib/domain/audit/line-stops.ts';
import { lineIsKept } from '../../../../lib/domain/audit/rules/line-is-kept.ts';
import { verifyLedger } from '../../../../lib/domain/audit/verify.ts';
import { Instant } from '../../../../lib/domain/identifiers.ts';
import { CONFIGURATION_CHAIN, type EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft, aReleaseInProduction, eventFiles, sealAll } from '../../ledger/a-ledger.ts';
import { describeRule, story } from './describe-rule.ts';
import { rolledBack } from './holds.ts';
import { aLineEvent } from './line-events.ts';

const stop = aLineEvent('line_stopped', 'credit');
const start = aLineEvent('line_started', 'credit');
const approved = story.slice(0, -2);
const asked = aDraft({
  event_type: 'promotion_requested',
  approval_state: 'approved',
  actor_id: 'omar',
  actor_role: 'operator',
});
const started = aDraft({ event_type: 'deployment_started', approval_state: 'approved' });
const promoted = story.slice(-1);
const since = 'the line of credit is stopped since 2026-11-20T23:59:56.000Z';
/** What serves is opened at another endpoint. */
const moved = aDraft({
  event_type: 'deployment_started',
  approval_state: 'production',
  details: { endpoint: 'other' },
});

describe('a promotion of a model whose line was stopped (GT-6)', () => {
  describeRule(lineIsKept, {
    keptBy: [
      ['one before', [...story, stop]],
      ['one after it was started again', [...approved, stop, start, asked, started, ...promoted]],
      ['the approval of another release', [...story, stop, ...aReleaseInProduction('credit-2').slice(0, -2)]],
      ['a move of what serves', [...story, stop, moved]],
      ['a rollback', [stop, start, ...rolledBack({}).toSpliced(-1, 0, stop)]],
    ],
    brokenBy: [
      ['one that is asked for', [...approved, stop, asked], `promotion_requested of release credit-1: ${since}`],
      ['one that begins', [...approved, stop, started], `deployment_started of release credit-1: ${since}`],
      ['one that had begun', [...approved, stop, ...promoted], `deployment_promoted of release credit-1: ${since}`],
      [
        'one after it was stopped again',
        [stop, start, ...approved, stop, started],
        'the line of credit is stopped since',
      ],
      [
        'one after somebody stopped it twice',
        [...approved, stop, stop, started],
        `deployment_started of release credit-1: ${since}`,
      ],
    ],
  });
});

const ofAll = (event_type: 'line_stopped' | 'line_started') => ({
  model: CONFIGURATION_CHAIN,
  draft: aLineEvent(event_type, ''),
});
const onCredit = (draft: EventDraft) => ({ model: 'credit', draft });

/** What the verification of a whole ledger says of it, where so many seconds are between two events. */
const problemsOf = async (told: Parameters<typeof sealAll>[0], apart: number): Promise<string[]> => {
  const { problems } = await verifyLedger(eventFiles(sealAll(told, new Map(), 0, apart)));
  return problems.map(({ why }) => why);
};

describe('a promotion while the line of all models was stopped (GT-6)', () => {
  const stoppedBetween = [
    ...approved.map(onCredit),
    ofAll('line_stopped'),
    onCredit(started),
    ...promoted.map(onCredit),
    ofAll('line_started'),
  ];

  it('is found on the chain of each model', async () => {
    expect(await problemsOf(stoppedBetween, 300)).toEqual([
      'deployment_started of release credit-1: the line of all models is stopped since 2026-11-21T00:29:50.000Z',
      'deployment_promoted of release credit-1: the line of all models is stopped since 2026-11-21T00:29:50.000Z',
    ]);
  });

  it('is found while nobody has started it again', async () => {
    expect(await problemsOf(stoppedBetween.slice(0, -1), 300)).toHaveLength(2);
  });

  it('is no problem where it may have been judged before the stop, or after the start', async () => {
    expect(await problemsOf(stoppedBetween, 140)).toEqual([]);
  });

  it('is no problem before, after, and between two stops', async () => {
    const told = [
      ofAll('line_stopped'),
      ofAll('line_started'),
      ...story.map(onCredit),
      ofAll('line_stopped'),
      ofAll('line_started'),
    ];

    expect(await problemsOf(told, 600)).toEqual([]);
  });

  it.each([
    ['before the first stop', '2026-11-20T23:00:00.000Z', undefined],
    ['after the first of two stops', '2026-11-21T00:30:00.000Z', '2026-11-20T23:59:50.000Z'],
    ['between two starts', '2026-11-21T02:30:00.000Z', undefined],
    ['after the second start', '2026-11-21T04:00:00.000Z', undefined],
  ])('counts from the first stop until the first start: %s', (_, timestamp, since) => {
    const twice = [ofAll('line_stopped'), ofAll('line_stopped'), ofAll('line_started'), ofAll('line_started')];
    const stops = lineStopsIn(sealAll(twice, new Map(), 0, 3600).map(({ event }) => event));

    expect(stops.knownTo({ timestamp: Instant.parse(timestamp) })).toBe(since);
  });

  it('is none where the line of one model was stopped', () => {
    const sealed = sealAll([
      { model: CONFIGURATION_CHAIN, draft: aLineEvent('line_stopped', 'fraud') },
      onCredit(stop),
    ]);
    const stops = lineStopsIn(sealed.map(({ event }) => event));

    expect(stops.knownTo({ timestamp: Instant.parse('2026-12-01T00:00:00.000Z') })).toBeUndefined();
  });
});
