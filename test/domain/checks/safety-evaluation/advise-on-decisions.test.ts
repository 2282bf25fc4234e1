import { expect, it } from 'vitest';
import { adviseOnDecisions } from '../../../../lib/domain/checks/safety-evaluation/advise-on-decisions.ts';
import type { OutputGroup } from '../../../../lib/domain/evidence/predictions/model-outputs.ts';

const group = (prediction: string | null, label: string | null): OutputGroup => ({
  prediction,
  label,
  rows: 1,
  missingScores: 0,
  unusableScores: 0,
  lowestScore: null,
  highestScore: null,
});

it('tells decisions that no label is written like from bad ones; a missing one is neither', () => {
  expect(adviseOnDecisions([group('1', '0'), group('0', null), group(null, '1')], 'Train it again.')).toBe(
    'Train it again.',
  );
  expect(adviseOnDecisions([group('yes', null), group(null, '1')], 'Train it again.')).toBe(
    'No decision (yes) is written like any label (1). Write both alike.',
  );
});
