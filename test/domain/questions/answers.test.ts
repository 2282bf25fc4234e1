/** What becomes of the rows that an engine found, without an engine. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CHANGED } from '../../../lib/domain/questions/changed.ts';
import { CHECKS_OF_LIVE } from '../../../lib/domain/questions/checks.ts';
import { listedIn, membersIn } from '../../../lib/domain/questions/listed.ts';
import { PARTS } from '../../../lib/domain/questions/parts.ts';
import { answerFrom, type Question, type RawRow } from '../../../lib/domain/questions/question.ts';
import { TRAFFIC } from '../../../lib/domain/questions/traffic.ts';
import { WAY_BACK } from '../../../lib/domain/questions/way-back.ts';

const rowsOf = (question: Question, rows: readonly RawRow[], given = {}) =>
  answerFrom(question, given, rows, { entries: 9, until: '' }).rows;

describe('what a cell holds as JSON', () => {
  it('is read as far as it has the shape, whatever another version wrote', () => {
    expect(listedIn('[{"a":1},{"a":"x"},7]', z.object({ a: z.string() }))).toEqual([{ a: 'x' }]);
    expect(listedIn('{"a":1}', z.unknown())).toEqual([]);
    expect(listedIn('no JSON', z.unknown())).toEqual([]);
    expect(membersIn('{"a":1}')).toEqual([['a', 1]]);
    expect(membersIn('[1]')).toEqual([]);
    expect(membersIn(undefined)).toEqual([]);
  });
});

describe('the checks of a stage (Q-7)', () => {
  const stage = { event_type: 'stage_evaluated', stage: 'safety', checks_total: '1' };

  it('are a row each', () => {
    const checks = JSON.stringify([{ name: 'a', mode: 'enforce', status: 'passed', measured: '1', threshold: '0' }]);

    expect(rowsOf(CHECKS_OF_LIVE, [{ ...stage, checks, leaf_index: 4 }])).toMatchObject([
      { stage: 'safety', check: 'a', mode: 'enforce', status: 'passed', measured: '1', threshold: '0', leaf_index: 4 },
    ]);
  });

  it('say how many the event had no room for', () => {
    const checks = JSON.stringify([{ name: 'a', status: 'passed' }]);

    expect(rowsOf(CHECKS_OF_LIVE, [{ ...stage, checks, checks_total: '3' }])).toMatchObject([
      { check: 'a' },
      { check: '2 more', status: 'in the attestation' },
    ]);
  });

  it('are told again when they were made again', () => {
    const again = { event_type: 'check_reverified', check_name: 'a', check_status: 'failed', measured: '0' };

    expect(rowsOf(CHECKS_OF_LIVE, [again])).toMatchObject([
      { check: 'a', status: 'failed', mode: 'made again', stage: '' },
    ]);
  });
});

const MODEL_CARD = 'c'.repeat(64);
const requested = { event_type: 'release_requested', model_version: '1.0.0', git_commit: 'abc', leaf_index: 1 };
const pinned = {
  event_type: 'evidence_pinned',
  artifact_sha256: 'aaa',
  pinned: JSON.stringify({ model_card: MODEL_CARD, change_id: 'CHG-1' }),
  leaf_index: 2,
};

describe('the parts of a release', () => {
  it('are what its events established first, and the digest of each file of evidence', () => {
    const later = { ...requested, git_commit: 'other', leaf_index: 9 };

    expect(rowsOf(PARTS, [requested, pinned, later, { event_type: 'unknown_here' }])).toMatchObject([
      { part: 'version', value: '1.0.0', leaf_index: 1 },
      { part: 'code (git commit)', value: 'abc', leaf_index: 1 },
      { part: 'artifact', value: 'aaa', leaf_index: 2 },
      { part: 'evidence: model_card', value: MODEL_CARD, leaf_index: 2 },
    ]);
  });
});

describe('what changed', () => {
  const staged = (measured: string) => ({
    event_type: 'stage_evaluated',
    checks_total: '1',
    checks: JSON.stringify([{ name: 'a', status: 'passed', measured }]),
  });

  it('is every part that differs, with the entries of both', () => {
    const found = rowsOf(CHANGED, [
      { ...requested, side: 'before' },
      { ...staged('1'), side: 'before', leaf_index: 3 },
      { ...requested, git_commit: 'def', side: 'after', leaf_index: 5 },
      { ...staged(''), side: 'after', leaf_index: 6 },
      { ...pinned, side: 'after', leaf_index: 7 },
    ]);

    expect(found).toMatchObject([
      { part: 'code (git commit)', before: 'abc', after: 'def', before_leaf_index: 1, leaf_index: 5 },
      { part: 'check: a', before: 'passed, 1', after: 'passed', before_leaf_index: 3, leaf_index: 6 },
      { part: 'artifact', before: '', after: 'aaa', before_leaf_index: -1, leaf_index: 7 },
      { part: 'evidence: model_card', before: '', after: MODEL_CARD },
    ]);
  });

  it('is a part that only the former release has, by the entry of that one', () => {
    const found = rowsOf(CHANGED, [
      { ...requested, side: 'before' },
      { ...pinned, side: 'before', leaf_index: 2 },
      { ...requested, side: 'after', leaf_index: 5 },
    ]);

    expect(found).toMatchObject([
      { part: 'artifact', before: 'aaa', after: '', before_leaf_index: 2, leaf_index: 2 },
      { part: 'evidence: model_card', before: MODEL_CARD, after: '' },
    ]);
  });

  it('says which release is not in the log, and compares nothing with it', () => {
    const row = { ...requested, leaf_index: 6 };

    expect(rowsOf(CHANGED, [{ ...row, side: 'before' }])).toMatchObject([
      { part: 'release', before: 'on record', after: 'not on record', before_leaf_index: 6 },
    ]);
    expect(rowsOf(CHANGED, [{ ...row, side: 'after' }])).toMatchObject([
      { part: 'release', before: 'not on record', after: 'on record', before_leaf_index: -1, leaf_index: 6 },
    ]);
    expect(rowsOf(CHANGED, [])).toEqual([]);
  });
});

describe('the traffic (Q-8)', () => {
  const variant = (name: string, weight: string) => ({ variant: name, weight, release_id: name, model_version: '1' });

  it('is shared by the weights', () => {
    const variants = JSON.stringify([variant('a', '1'), variant('b', '2')]);

    expect(rowsOf(TRAFFIC, [{ variants }])).toMatchObject([
      { variant: 'a', share: '33.33 %' },
      { variant: 'b', share: '66.67 %' },
    ]);
    expect(rowsOf(TRAFFIC, [{ variants: JSON.stringify([variant('a', '0')]) }])).toMatchObject([{ share: '0 %' }]);
  });

  it('is what SageMaker tells of each fleet while traffic goes from one to another: that is no share of the whole', () => {
    const former = { ...variant('a', '1'), endpoint_config: 'one', instances: 3 };
    const coming = { ...variant('b', '1'), endpoint_config: 'two', stage: 'Baking', stage_message: 'on 1 instance(s)' };

    expect(rowsOf(TRAFFIC, [{ endpoint_config: 'one', variants: JSON.stringify([former, coming]) }])).toMatchObject([
      { variant: 'a', endpoint_config: 'one', share: 'weight 1 of its fleet, 3 instances' },
      { variant: 'b', endpoint_config: 'two', share: 'weight 1 of its fleet, Baking: on 1 instance(s)' },
    ]);
  });

  it('is a row without a release where nothing was found to serve', () => {
    expect(rowsOf(TRAFFIC, [{ variants: '[]', endpoint: 'e' }])).toMatchObject([{ endpoint: 'e', release_id: '' }]);
  });
});

describe('the way back', () => {
  const at = '2026-11-20T00:00:00.000Z';
  const flip = { event_type: 'deployment_promoted', release_id: 'two', fallback: 'one', leaf_index: 8 };
  const approved = {
    ...{ event_type: 'release_approved', release_id: 'one', fallback: 'one', model_version: '1.0.0' },
    approved_until: '2026-12-01T00:00:00.000Z',
  };
  const ofOne = (event_type: string, more = {}) => ({ event_type, release_id: 'one', fallback: 'one', ...more });
  const again = (check_status: string, outcome: string) =>
    ofOne('check_reverified', { check_name: 'a', check_status, outcome });

  it.each([
    ['to the release before, while its approval lasts', [approved], 'yes', 'until 2026-12-01'],
    ['by the last renewal', [approved, { ...approved, event_type: 'governance_auto_renewed' }], 'yes', 'until'],
    ['not once its approval has ended', [{ ...approved, approved_until: at }], 'no', 'ended at 2026-11-20'],
    ['not while it is suspended', [approved, ofOne('approval_suspended', { reason: 'late' })], 'no', 'suspended: late'],
    ['again when it is reinstated', [approved, ofOne('approval_suspended'), ofOne('approval_reinstated')], 'yes', ''],
    ['not if its package was rejected', [approved, ofOne('model_package_rejected')], 'no', 'rejected by hand'],
    [
      'again when that is settled',
      [approved, ofOne('model_package_rejected'), ofOne('model_package_settled')],
      'yes',
      '',
    ],
    ['not if a check fails now', [approved, again('failed', 'suspended')], 'no', 'a does not pass any more'],
    ['again when it passes', [approved, again('failed', 'suspended'), again('passed', 'holds')], 'yes', ''],
    ['whatever a check says that never had to pass', [approved, again('failed', 'holds')], 'yes', ''],
  ])('leads %s', (_, about, can, why) => {
    const [row, ...more] = rowsOf(WAY_BACK, [...about, flip], { at });

    expect(more).toEqual([]);
    expect(row).toMatchObject({ live: 'two', fallback: 'one', can, leaf_index: 8 });
    expect(row?.['why']).toContain(why);
  });

  it('is none before a second release, after a rollback, and where nothing serves', () => {
    expect(rowsOf(WAY_BACK, [{ ...flip, fallback: '' }], { at })).toMatchObject([
      { can: 'no', why: 'nothing was in production before' },
    ]);
    const rollback = { event_type: 'rollback_executed', release_id: 'two', to_id: 'one', fallback: '' };
    expect(rowsOf(WAY_BACK, [rollback])).toMatchObject([{ live: 'one', can: 'no' }]);
    expect(rowsOf(WAY_BACK, [], { at })).toEqual([]);
  });
});
