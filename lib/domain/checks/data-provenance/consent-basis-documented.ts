import * as z from 'zod';
import { ConsentBasis } from '../../evidence/data-provenance.ts';
import { defineCheck } from '../check.ts';
import { conclude, isSaid, judgeRead, notProvided, sayUnless } from '../finding.ts';

/** Establishes on which legal basis the data are used, and where that basis is documented. */
export const consentBasisDocumented = defineCheck({
  name: 'consent_basis_documented',
  stage: 'data_provenance',
  knownBy: 'attested',
  reads: ['dataProvenance'],
  parameters: z.strictObject({
    accepted_bases: z
      .array(ConsentBasis)
      .min(1)
      .default([...ConsentBasis.options]),
  }),
  judge: ({ dataProvenance }, { accepted_bases }) => {
    const threshold = `one of ${accepted_bases.join(', ')}, with a reference`;
    return judgeRead(dataProvenance, 'data provenance', threshold, ({ consent }) => {
      if (consent?.basis === undefined) {
        return notProvided(threshold, `No basis is given. Add consent.basis: ${threshold}.`);
      }
      const wrong = [
        ...sayUnless(
          accepted_bases.includes(consent.basis),
          `The basis ${consent.basis} is not accepted by the policy, which asks for ${threshold}.`,
        ),
        ...sayUnless(
          isSaid(consent.reference),
          'The basis has no reference. Add consent.reference: the law, contract or consent form.',
        ),
      ];
      return conclude(
        threshold,
        consent.basis,
        `The data are used on the basis ${consent.basis}, with a reference.`,
        wrong,
      );
    });
  },
});
