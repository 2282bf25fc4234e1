import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { ApiError, arn, invalid, type Operation, operation } from './operation.ts';
import { AssociationArn, ExperimentName, MetadataProperties, ResourceArn, Tags, Text256 } from './shapes.ts';

const SourceUri = z.string().min(1).max(2048);
const Properties = z
  .record(z.string().max(2500), z.string().max(4096))
  .refine((map) => Object.keys(map).length <= 30, 'Member must have length less than or equal to 30');

const CreateAction = z.looseObject({
  ActionName: ExperimentName,
  Source: z.looseObject({ SourceUri, SourceType: Text256.optional(), SourceId: Text256.optional() }),
  ActionType: Text256,
  Description: z.string().max(3072).optional(),
  Status: z.enum(['Unknown', 'InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped']).optional(),
  Properties: Properties.optional(),
  MetadataProperties: MetadataProperties.optional(),
  Tags: Tags.optional(),
});
const CreateArtifact = z.looseObject({
  ArtifactName: ExperimentName.optional(),
  Source: z.looseObject({ SourceUri }),
  ArtifactType: Text256,
  Properties: Properties.optional(),
  MetadataProperties: MetadataProperties.optional(),
  Tags: Tags.optional(),
});
const AddAssociation = z.object({
  SourceArn: AssociationArn,
  DestinationArn: AssociationArn,
  AssociationType: z.enum(['ContributedTo', 'AssociatedWith', 'DerivedFrom', 'Produced', 'SameAs']).optional(),
});

/** Tags, and the actions and artifacts by which Studio shows where a model comes from. */
export function lineage(): Record<string, Operation> {
  const tags = new Map<string, Map<string, string>>();
  const entities = new Map<string, object>();
  const associations = new Map<string, object>();

  return {
    AddTags: operation(z.object({ ResourceArn, Tags }), (input) => {
      const held = tags.get(input.ResourceArn) ?? new Map<string, string>();
      for (const { Key, Value } of input.Tags) held.set(Key, Value);
      if (held.size > 50) throw invalid('A resource can have 50 tags at most.');
      tags.set(input.ResourceArn, held);
      return { Tags: listTags(held) };
    }),
    ListTags: operation(z.object({ ResourceArn }), (input) => ({ Tags: listTags(tags.get(input.ResourceArn)) })),

    CreateAction: operation(CreateAction, (input) => {
      const ActionArn = arn(`action/${input.ActionName.toLowerCase()}`);
      if (entities.has(ActionArn)) throw invalid(`Action ${ActionArn} already exists.`);
      entities.set(ActionArn, input);
      return { ActionArn };
    }),
    CreateArtifact: operation(CreateArtifact, (input) => {
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

const listTags = (held: ReadonlyMap<string, string> = new Map()) => [...held].map(([Key, Value]) => ({ Key, Value }));
