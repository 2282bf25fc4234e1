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

/** The attributes of the row that these are. */
export const IN_PRODUCTION_ATTRIBUTES = [
  'releaseId',
  'modelName',
  'state',
  'manifest.deployment.endpoint_name',
  'serving.endpoint_name',
  'serving.data_capture',
] as const;
