/** A question may be asked of first releases only, or of later ones, so that nobody has to sign an untruth (RB-9). */
import { describe, expect, it } from 'vitest';
import { questionsAbout } from '../../../lib/domain/policy/checklist.ts';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { unknownParts } from '../../../lib/domain/policy/unknown-parts.ts';
import { aPolicy } from '../../support/approval-case.ts';
import { PRESETS, shippedPolicy } from './shipped.ts';

const ITEMS = [
  { id: 'always', question: 'Always?' },
  { id: 'later', question: 'Which release serves again?', when: { first_release: false } },
  { id: 'first', question: 'That none does?', when: { first_release: true } },
];
const idsAbout = (items: typeof ITEMS, isFirst: boolean) => questionsAbout(items, isFirst).map(({ id }) => id);
const BASE = aPolicy();
const withItems = (checklist: readonly object[]) => ({
  ...BASE,
  tiers: { ...BASE.tiers, low: { ...BASE.tiers.low, checklist } },
});

describe('the questions about a release', () => {
  it('are those whose condition holds, in their order', () => {
    expect(idsAbout(ITEMS, true)).toEqual(['always', 'first']);
    expect(idsAbout(ITEMS, false)).toEqual(['always', 'later']);
  });

  it('are also those whose condition only another version knows', () => {
    const other = [{ id: 'other', question: '?', when: { some_condition: true } as object }];

    expect(questionsAbout(other, true)).toEqual(other);
    expect(questionsAbout(other, false)).toEqual(other);
  });

  it.each(['governance-policy', ...PRESETS.map((preset) => `presets/${preset}`)])(
    'name no release that serves again if there is none: %s',
    (name) => {
      for (const { checklist } of Object.values(shippedPolicy(name).tiers)) {
        expect(
          questionsAbout(checklist, true)
            .map(({ question }) => question)
            .join(),
        ).not.toMatch(/which release serves/);
        expect(
          questionsAbout(checklist, false)
            .map(({ question }) => question)
            .join(),
        ).toMatch(/which release serves/);
      }
    },
  );
});

describe('a condition of a question', () => {
  it.each<[string, object[], string]>([
    ['is not known', [{ ...ITEMS[0], when: { tier: 'low' } }], 'tiers.low.checklist.0.when'],
    ['says nothing', [{ ...ITEMS[0], when: {} }], 'tiers.low.checklist.0.when.first_release'],
    ['leaves no question about a first release', [ITEMS[1] ?? {}], 'tiers.low.checklist'],
    ['leaves no question about a later release', [ITEMS[2] ?? {}], 'tiers.low.checklist'],
  ])('is refused that %s', (_, checklist, path) => {
    const faults = GovernancePolicy.safeParse(withItems(checklist)).error?.issues.map((issue) => issue.path.join('.'));

    expect(faults).toContain(path);
  });

  it('is a part that an earlier version does not know, and one of a later version is named', () => {
    const later = withItems([{ ...ITEMS[0], when: { first_release: true, region: 'eu' } }]) as never;

    expect(unknownParts(later)).toEqual(['tiers.low.checklist.always.when.region']);
  });

  it.each([
    [
      'looser',
      ITEMS.slice(0, 1),
      [
        { ...ITEMS[0], when: { first_release: false } },
        { id: 'more', question: 'More?' },
      ],
    ],
    ['stricter', [...ITEMS.slice(0, 1), ITEMS[1] ?? {}], [...ITEMS.slice(0, 1), { ...ITEMS[1], when: undefined }]],
    // A release of the other kind is no longer asked.
    ['looser', ITEMS.slice(0, 2), [...ITEMS.slice(0, 1), { ...ITEMS[1], when: { first_release: true } }]],
  ])('that another policy changes makes it %s', (effect, before, after) => {
    const parsed = [before, after].map((items) => GovernancePolicy.parse(JSON.parse(JSON.stringify(withItems(items)))));
    const [was = BASE, is = BASE] = parsed;

    const changes = diffPolicies(was, is).filter(({ about }) => about.endsWith('asked about'));

    expect(changes.map((change) => change.effect)).toEqual([effect]);
  });
});

it('an alarm that may delete the endpoint is a change that cannot be ordered', () => {
  const may = { ...BASE, alarm_may_roll_back_to_nothing: true };

  expect(diffPolicies(BASE, GovernancePolicy.parse(may))).toEqual([
    { effect: 'unordered', about: 'alarm without a fallback', before: 'is refused', after: 'deletes the endpoint' },
  ]);
  expect(unknownParts(may)).toEqual([]);
});
