import { describe } from 'vitest';
import { breakGlassIsDocumented } from '../../../../lib/domain/audit/rules/break-glass-is-documented.ts';
import { approved, asked, confirmed, documented, promoted, STORY, started, use, used } from './break-glass-events.ts';
import { describeRule } from './describe-rule.ts';

describe('a promotion while a break-glass is owed (BG-1)', () => {
  describeRule(breakGlassIsDocumented, {
    keptBy: [
      ['one in time', [...approved, asked, confirmed, used, started, ...promoted]],
      ['one after it was documented', [...approved, asked, confirmed, use(STORY), documented, started, ...promoted]],
    ],
    brokenBy: [
      [
        'one too late',
        [...approved, asked, confirmed, use('2020-01-01T00:00:00.000Z'), started],
        'had to be documented by',
      ],
    ],
  });
});
