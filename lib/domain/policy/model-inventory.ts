/** What the owners of a deployment say of its models, for the scopes of overlays. Nobody who submits a release writes it. */
import * as z from 'zod';
import { ModelName } from '../identifiers.ts';
import { WHATEVER_ELSE } from '../soundness.ts';
import { findRepeated } from './repeated.ts';
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
    for (const problem of findRepeated(models, ['models'], 'name')) context.addIssue({ code: 'custom', ...problem });
  }, WHATEVER_ELSE)
  .readonly();
export type ModelInventory = z.infer<typeof ModelInventory>;
