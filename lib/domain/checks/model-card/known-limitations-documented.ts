import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { finding, isSaid, judgeRead, notProvided } from '../finding.ts';

/** Establishes that the card says what the model cannot do. */
export const knownLimitationsDocumented = defineCheck({
  name: 'known_limitations_documented',
  stage: 'model_card',
  knownBy: 'attested',
  reads: ['modelCard'],
  parameters: z.strictObject({ minimum: z.int().min(1).max(50).default(1) }),
  judge: ({ modelCard }, { minimum }) => {
    const threshold = `at least ${minimum} known limitations`;
    return judgeRead(modelCard, 'model card', threshold, ({ known_limitations: limitations }) => {
      if (limitations.length === 0) {
        return notProvided(threshold, 'The card names no limitation, and every model has some. Add known_limitations.');
      }
      const said = limitations.filter(isSaid).length;
      return said >= minimum
        ? finding('passed', `${said}`, threshold, `The card names ${said} limitations.`)
        : finding(
            'failed',
            `${said}`,
            threshold,
            `The card names ${said} limitations that are not empty; it needs ${minimum}. Add to known_limitations.`,
          );
    });
  },
});
