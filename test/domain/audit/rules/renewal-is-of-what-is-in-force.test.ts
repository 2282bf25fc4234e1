import { describe } from 'vitest';
import { renewalIsOfWhatIsInForce } from '../../../../lib/domain/audit/rules/renewal-is-of-what-is-in-force.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft, aReleaseInProduction } from '../../ledger/a-ledger.ts';
import { LONG_DUE, onConditions, suspended } from './conditions.ts';
import { describeRule, story } from './describe-rule.ts';

const END = '2027-02-18T00:00:00.000Z';
const NEXT = '2027-05-09T00:00:00.000Z';
const about = { approval_state: 'production' };
const details = {
  ...{ approved_until_before: END, approved_until: NEXT, attestation_sha256: 'a'.repeat(64), key_id: 'k' },
  compared: [{ input: 'policy', value: 'b'.repeat(64) }],
};
const renewed = (changes: EventDraft['details'] = {}): EventDraft =>
  aDraft({ ...about, event_type: 'governance_auto_renewed', details: { ...details, ...changes } });
const first = [...story, renewed()];
const onCondition = [...onConditions(LONG_DUE), suspended('mia-1', about), renewed()];
const failedAgain = aDraft({
  ...about,
  event_type: 'check_reverified',
  details: { check: 'c', status: 'failed', status_before: 'passed' },
});

describe('an approval that is renewed (EX-2)', () => {
  describeRule(renewalIsOfWhatIsInForce, {
    keptBy: [
      ['one that serves', first],
      [
        'one that is renewed again',
        [...first, renewed({ approved_until_before: NEXT, approved_until: '2027-08-01T00:00:00.000Z' })],
      ],
    ],
    brokenBy: [
      ['one of another end', [...story, renewed({ approved_until_before: NEXT })], 'and not the one that there is'],
      ['one that is renewed twice from one end', [...first, renewed()], 'and not the one that there is'],
      ['one that ends no later', [...story, renewed({ approved_until: END })], 'it prolongs nothing'],
      ['one that says no end', [...story, renewed({ approved_until: 'soon' })], 'it prolongs nothing'],
      [
        'one that has ended',
        [
          ...story.map((draft) =>
            draft.event_type === 'release_approved'
              ? { ...draft, details: { ...draft.details, approved_until: LONG_DUE } }
              : draft,
          ),
          renewed({ approved_until_before: LONG_DUE }),
        ],
        'it came too late',
      ],
      [
        'one of what was superseded',
        [...story, ...aReleaseInProduction('credit-2', 'credit-1'), renewed()],
        'what does not serve',
      ],
      ['one that is suspended by a condition', onCondition, 'its approval was suspended'],
      ['one that a check does not pass any more', [...story, failedAgain, renewed()], 'its approval was suspended'],
      [
        'one whose package was rejected by hand',
        [...story, aDraft({ ...about, event_type: 'model_package_rejected' }), renewed()],
        'its approval was suspended',
      ],
      [
        'one whose package was changed',
        [
          ...story,
          aDraft({ ...about, event_type: 'model_package_changed', details: { fields: ['image'] } }),
          renewed(),
        ],
        'was found to be something else',
      ],
      [
        'one whose endpoint serves something else',
        [...story, aDraft({ ...about, event_type: 'serving_deviation_found' }), renewed()],
        'was found to be something else',
      ],
      ['one that was compared with nothing', [...story, renewed({ compared: [] })], 'does not say what was compared'],
      ['one that says nothing of it', [...story, renewed({ compared: 'all' })], 'does not say what was compared'],
      [
        'one that names no inputs',
        [...story, renewed({ compared: [{ input: 'policy' }] })],
        'does not say what was compared',
      ],
      [
        'one that names no input',
        [...story, renewed({ compared: [{ value: 'x' }] })],
        'does not say what was compared',
      ],
    ],
  });
});
