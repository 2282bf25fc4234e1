import * as z from 'zod';
import { ModelName } from '../identifiers.ts';
import { Release } from './release.ts';
import { ServingSpecification } from './serving-specification.ts';

/** What those need of a release in production who look at all of them: a tenth of its row. */
export const InProduction = z.object({
  ...Release.pick({ releaseId: true, modelName: true, state: true }).shape,
  manifest: z.object({ deployment: z.object({ endpoint_name: ModelName }) }),
  serving: z.object({ endpoint_name: ModelName, data_capture: ServingSpecification.shape.data_capture }).optional(),
});
export type InProduction = z.infer<typeof InProduction>;

/** Of all models, with the keys of rows that lie where a release does, are listed as in production, and cannot be read. */
export type AllInProduction = { readonly found: readonly InProduction[]; readonly unreadable: readonly string[] };

/** All of them for a judgement, which would not hold if it were about one that cannot be read. */
export const requireReadable = ({ found, unreadable }: AllInProduction): readonly InProduction[] => {
  const [first] = unreadable;
  if (first === undefined) return found;
  throw new Error(`could not read ${unreadable.length} of the releases in production, such as ${first}`);
};

/** The attributes of the row that these are. */
export const IN_PRODUCTION_ATTRIBUTES = [
  'releaseId',
  'modelName',
  'state',
  'manifest.deployment.endpoint_name',
  'serving.endpoint_name',
  'serving.data_capture',
] as const;
