import { describe } from 'vitest';
import { makersAreNamed } from '../../../../lib/domain/audit/rules/makers-are-named.ts';
import { describeRule, saying, story } from './describe-rule.ts';

describe('a request that names who made the release', () => {
  describeRule(makersAreNamed, {
    keptBy: [['a release on its way to production', story]],
    brokenBy: [
      [
        'a trainer without a name, who could approve it',
        saying('release_requested', { trained_by: '' }),
        'release_requested of release credit-1: it does not say trained_by',
      ],
      ['a requester who is no text', saying('release_requested', { requested_by: 7 }), 'it does not say requested_by'],
    ],
  });
});
