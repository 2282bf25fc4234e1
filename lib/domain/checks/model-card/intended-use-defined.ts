import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { finding, isSaid, judgeRead } from '../finding.ts';

/** Establishes that the card says what the model is for, and what it is not for. */
export const intendedUseDefined = defineCheck({
  name: 'intended_use_defined',
  stage: 'model_card',
  knownBy: 'attested',
  reads: ['modelCard'],
  parameters: z.strictObject({ minimum: z.int().min(1).max(50).default(1) }),
  judge: ({ modelCard }, { minimum }) => {
    const threshold = `at least ${minimum} in intended_use and in not_for_use`;
    return judgeRead(modelCard, 'model card', threshold, (card) => {
      const uses = card.intended_use.filter(isSaid).length;
      const exclusions = card.not_for_use.filter(isSaid).length;
      const measured = `${uses} intended uses, ${exclusions} exclusions`;
      const lacking = [...(uses < minimum ? ['intended_use'] : []), ...(exclusions < minimum ? ['not_for_use'] : [])];
      if (lacking.length === 0) {
        return finding(
          'passed',
          measured,
          threshold,
          `The card names ${uses} intended uses and ${exclusions} excluded uses.`,
        );
      }
      const status = uses + exclusions === 0 ? 'not_provided' : 'failed';
      return finding(status, measured, threshold, `The card needs ${threshold}. Add to ${lacking.join(' and ')}.`);
    });
  },
});
