/** What the owners of a deployment say of its models, for the scopes of overlays. Nobody who submits a release writes it. */
import * as z from 'zod';
import { ModelName } from '../identifiers.ts';
import { TagName, TagValue } from './scope.ts';

export const ModelInventory = z
  .strictObject({
    schema_version: z.literal(1),
    models: z
      .array(z.strictObject({ name: ModelName, tags: z.record(TagName, TagValue) }))
      .min(1)
      .max(2000)
      .describe('A model that is not listed, or lacks a tag, is in the scope of every overlay that asks for it.'),
  })
  .superRefine(({ models }, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of models.entries()) {
      if (seen.has(name))
        context.addIssue({ code: 'custom', path: ['models', index, 'name'], message: `${name} appears twice` });
      seen.add(name);
    }
  })
  .readonly();
export type ModelInventory = z.infer<typeof ModelInventory>;
