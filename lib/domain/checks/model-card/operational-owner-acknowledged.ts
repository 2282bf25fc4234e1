import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { conclude, isSaid, judgeRead, notProvided, sayUnless, shown } from '../finding.ts';

const THRESHOLD = 'an acknowledgement by the operational owner, with owner, statement and date';

/** Establishes that the person on call has acknowledged the model. */
export const operationalOwnerAcknowledged = defineCheck({
  name: 'operational_owner_acknowledged',
  stage: 'model_card',
  knownBy: 'attested',
  reads: ['modelCard'],
  parameters: z.strictObject({}),
  judge: ({ modelCard }) =>
    judgeRead(modelCard, 'model card', THRESHOLD, ({ operational_acknowledgement: acknowledged }) => {
      if (acknowledged === undefined) {
        const explanation =
          'The card has no acknowledgement by the operational owner. Add operational_acknowledgement with owner, statement and date.';
        return notProvided(THRESHOLD, explanation);
      }
      const { owner, statement, date } = acknowledged;
      return conclude(
        THRESHOLD,
        shown(owner ?? 'nobody'),
        `${shown(owner ?? '')} acknowledged on ${date}: ${shown(statement ?? '')}`,
        [
          ...sayUnless(isSaid(owner), 'operational_acknowledgement.owner is missing.'),
          ...sayUnless(isSaid(statement), 'operational_acknowledgement.statement is missing.'),
          ...sayUnless(date !== undefined, 'operational_acknowledgement.date is missing.'),
        ],
      );
    }),
});
