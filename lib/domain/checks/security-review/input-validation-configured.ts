import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { isSaid } from '../finding.ts';
import { endpointParameters, judgeEndpoint } from './judge-endpoint.ts';

/** Establishes that a request is validated against a schema before it reaches the model. */
export const inputValidationConfigured = defineCheck({
  name: 'input_validation_configured',
  stage: 'security_review',
  knownBy: 'attested',
  reads: ['manifest', 'deploymentDescriptor', 'liveEndpoint'],
  parameters: z.strictObject({ ...endpointParameters }),
  judge: (evidence, { require_verified: requireVerified }) =>
    judgeEndpoint(evidence, {
      threshold: 'every request is validated against a schema',
      requireVerified,
      verified: ({ validated: { routes, of } }) => {
        const measured = `${routes} of ${of} routes validate the body`;
        if (of === 0)
          return { missing: 'No route takes a body, so nothing is validated. Name the API that callers use.' };
        return routes === of
          ? { measured }
          : { measured, wrong: `${measured}. Give every method a request validator and a model.` };
      },
      attested: ({ input_validation: validation }) => {
        if (validation === undefined || !isSaid(validation.schema)) {
          return { missing: 'The deployment descriptor names no schema of the input. Add input_validation.schema.' };
        }
        const { schema, rejects } = validation;
        return { measured: `schema ${schema}, rejects ${rejects.join(', ') || 'what does not fit'}` };
      },
    }),
});
