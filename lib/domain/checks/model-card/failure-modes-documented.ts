import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { conclude, isSaid, judgeRead, notProvided, shown } from '../finding.ts';

/** Establishes that the card says how the model fails, with what effect, and how that is mitigated. */
export const failureModesDocumented = defineCheck({
  name: 'failure_modes_documented',
  stage: 'model_card',
  knownBy: 'attested',
  reads: ['modelCard'],
  parameters: z.strictObject({ minimum: z.int().min(1).max(50).default(1) }),
  judge: ({ modelCard }, { minimum }) => {
    const threshold = `at least ${minimum}, each with mode, effect and mitigation`;
    return judgeRead(modelCard, 'model card', threshold, ({ failure_modes: modes }) => {
      if (modes.length === 0) {
        return notProvided(threshold, `No failure mode is documented. Add failure_modes: ${threshold}.`);
      }
      const wrong = modes.flatMap(({ mode, effect, mitigation }, index) => {
        const said = { mode, effect, mitigation };
        const lacking = Object.entries(said).flatMap(([name, text]) => (isSaid(text) ? [] : [name]));
        return lacking.length === 0
          ? []
          : [`Failure mode ${index + 1} (${shown(mode)}) lacks ${lacking.join(' and ')}.`];
      });
      const complete = modes.length - wrong.length;
      if (complete < minimum) wrong.push(`${complete} failure modes are complete; the policy asks for ${minimum}.`);
      const passed = `All ${modes.length} failure modes name their effect and their mitigation.`;
      return conclude(threshold, `${complete} complete`, passed, wrong);
    });
  },
});
