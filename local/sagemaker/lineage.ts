import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { ApiError, arn, invalid, type Operation, operation } from './operation.ts';

export const Tags = z.array(z.object({ Key: z.string(), Value: z.string() }));
const AddTags = z.object({ ResourceArn: z.string(), Tags });
const CreateAction = z.looseObject({ ActionName: z.string() });
const AddAssociation = z.object({
  SourceArn: z.string(),
  DestinationArn: z.string(),
  AssociationType: z.string().optional(),
});

/** Tags, and the actions and artifacts by which Studio shows where a model comes from. */
export function lineage(tags: TagsByArn): Record<string, Operation> {
  const entities = new Map<string, object>();
  const associations = new Map<string, object>();

  return {
    AddTags: operation(AddTags, (input) => {
      const held = tags.get(input.ResourceArn) ?? new Map<string, string>();
      for (const { Key, Value } of input.Tags) held.set(Key, Value);
      if (held.size > 50) throw invalid('A resource can have 50 tags at most.');
      tags.set(input.ResourceArn, held);
      return { Tags: listTags(held) };
    }),
    ListTags: operation(AddTags.pick({ ResourceArn: true }), (input) => ({
      Tags: listTags(tags.get(input.ResourceArn)),
    })),

    CreateAction: operation(CreateAction, (input) => {
      const ActionArn = arn(`action/${input.ActionName.toLowerCase()}`);
      if (entities.has(ActionArn)) throw invalid(`Action ${ActionArn} already exists.`);
      entities.set(ActionArn, input);
      return { ActionArn };
    }),
    CreateArtifact: operation(z.looseObject({}), (input) => {
      const ArtifactArn = arn(`artifact/${randomUUID().replaceAll('-', '')}`);
      entities.set(ArtifactArn, input);
      return { ArtifactArn };
    }),
    AddAssociation: operation(AddAssociation, (input) => {
      for (const one of [input.SourceArn, input.DestinationArn]) {
        if (!entities.has(one)) throw new ApiError('ResourceNotFound', `${one} does not exist.`);
      }
      const id = `${input.SourceArn} ${input.DestinationArn}`;
      if (associations.has(id)) throw invalid(`Association from ${input.SourceArn} to ${input.DestinationArn} exists.`);
      associations.set(id, input);
      return { SourceArn: input.SourceArn, DestinationArn: input.DestinationArn };
    }),
  };
}

/** The tags of each resource. */
export type TagsByArn = Map<string, Map<string, string>>;

const listTags = (held: ReadonlyMap<string, string> = new Map()) => [...held].map(([Key, Value]) => ({ Key, Value }));
