import { describe } from 'vitest';
import { renewalIsSigned } from '../../../../lib/domain/audit/rules/renewal-is-signed.ts';
import { RENEWAL_KEY } from '../../../support/a-renewal.ts';
import { OTHER_KEY } from '../../../support/decision-key.ts';
import { attestationKeyPublication, signingSince } from '../../../support/signed-drafts.ts';
import { renewedDraft } from '../../../support/signed-renewals.ts';
import { describeRule, story } from './describe-rule.ts';

const renewed = (changes: Parameters<typeof renewedDraft>[1] = {}) => [...story, renewedDraft(story.length, changes)];
const bare = (() => {
  const draft = renewedDraft(story.length);
  const { envelope: _, ...details } = draft.details;
  return [...story, { ...draft, details }];
})();

describe('a renewal after the key of attestations was published', () => {
  describeRule(renewalIsSigned, {
    signing: signingSince(attestationKeyPublication(RENEWAL_KEY)),
    keptBy: [
      ['a proof by that key', renewed()],
      ['a release that is not renewed', story],
    ],
    brokenBy: [
      ['none', bare, 'its proof is not there'],
      ['a proof by another key', renewed({ key: OTHER_KEY }), 'no key that signed attestations then'],
      ['a proof of another release', renewed({ stated: { release_id: 'credit-0' } }), 'another release_id'],
    ],
  });
});
