import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { conclude, judgeFurther, listed, shown } from '../finding.ts';
import { trainingProblems } from './judge-training.ts';

const THRESHOLD = 'the artifact as its model, the training data among its components, each by its digest';

/** Establishes that the bill of materials is that of this model and of the data that it was trained on. */
export const billOfMaterialsConsistent = defineCheck({
  name: 'bill_of_materials_consistent',
  stage: 'data_provenance',
  knownBy: 'attested',
  reads: ['manifest', 'billOfMaterials'],
  parameters: z.strictObject({}),
  judge: ({ manifest, billOfMaterials }) => {
    const subject = { name: 'bill of materials', field: 'bill_of_materials', threshold: THRESHOLD } as const;
    return judgeFurther(billOfMaterials, subject, (facts) => {
      const names = listed(facts.materials.map(({ name }) => shown(name)));
      return conclude(
        THRESHOLD,
        `${facts.materials.length} data components`,
        `The bill lists the artifact and what it was made of: ${names}.`,
        trainingProblems('bill of materials', facts, manifest),
      );
    });
  },
});
