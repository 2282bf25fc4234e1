import * as z from 'zod';
import type { TlsVersion } from '../../evidence/deployment-descriptor.ts';
import { defineCheck } from '../check.ts';
import { type Answer, endpointParameters, judgeEndpoint } from './judge-endpoint.ts';

/** Establishes that the model can be reached only over TLS, of a sound version. */
export const inferenceEndpointTlsConfigured = defineCheck({
  name: 'inference_endpoint_tls_configured',
  stage: 'security_review',
  knownBy: 'attested',
  reads: ['manifest', 'deploymentDescriptor', 'liveEndpoint'],
  parameters: z.strictObject({ minimum_version: z.enum(['1.2', '1.3']).default('1.2'), ...endpointParameters }),
  judge: (evidence, { minimum_version: minimum, require_verified: requireVerified }) =>
    judgeEndpoint(evidence, {
      threshold: `TLS ${minimum} or newer, nothing without`,
      requireVerified,
      verified: ({ minimumTls }) => compareVersion(minimumTls, minimum),
      attested: ({ tls }) => {
        if (tls === undefined) return { missing: 'The deployment descriptor says nothing about TLS. Add tls.' };
        if (tls.plain_http === 'served') {
          const wrong = 'The entry point also answers plain HTTP. Refuse it, or redirect it to HTTPS.';
          return { measured: `TLS ${tls.minimum_version} and plain HTTP`, wrong };
        }
        return compareVersion(tls.minimum_version, minimum);
      },
    }),
});

const compareVersion = (found: TlsVersion, minimum: TlsVersion): Answer => {
  const measured = `TLS ${found} or newer`;
  // The versions have the same length, so they compare as text.
  return found >= minimum
    ? { measured }
    : { measured, wrong: `It accepts TLS ${found}; the policy asks for ${minimum}. Choose a newer security policy.` };
};
