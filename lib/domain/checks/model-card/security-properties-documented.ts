import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { finding, isSaid, judgeRead, notProvided } from '../finding.ts';

/** Establishes that the card says what protects the model and what it cannot leak. */
export const securityPropertiesDocumented = defineCheck({
  name: 'security_properties_documented',
  stage: 'model_card',
  knownBy: 'attested',
  reads: ['modelCard'],
  parameters: z.strictObject({ minimum: z.int().min(1).max(50).default(1) }),
  judge: ({ modelCard }, { minimum }) => {
    const threshold = `at least ${minimum} in security_properties`;
    return judgeRead(modelCard, 'model card', threshold, ({ security_properties: properties }) => {
      if (properties.length === 0) {
        return notProvided(
          threshold,
          `The card names no security property. Add security_properties, at least ${minimum}.`,
        );
      }
      const said = properties.filter(isSaid).length;
      return said >= minimum
        ? finding('passed', `${said}`, threshold, `The card names ${said} security properties.`)
        : finding(
            'failed',
            `${said}`,
            threshold,
            `The card names ${said} security properties that are not empty; it needs ${threshold}.`,
          );
    });
  },
});
