import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { ApiError, arn, invalid, type Operation, operation } from './operation.ts';

export const Tags = z.array(z.object({ Key: z.string(), Value: z.string() }));
const AddTags = z.object({ ResourceArn: z.string(), Tags });
const Action = z.looseObject({ ActionName: z.string() });
/** There can be one artifact for a source. */
const Artifact = z.looseObject({ Source: z.object({ SourceUri: z.string() }) });
const actionArn = ({ ActionName }: { readonly ActionName: string }) => arn(`action/${ActionName.toLowerCase()}`);
const AddAssociation = z.object({
  SourceArn: z.string(),
  DestinationArn: z.string(),
  AssociationType: z.string().optional(),
});

/** Tags, and the actions and artifacts by which Studio shows where a model comes from. */
export function lineage(tags: TagsByArn): Record<string, Operation> {
  const entities = new Map<string, object>();
  const associations = new Map<string, object>();
  const require = (entity: string): object => {
    const found = entities.get(entity);
    if (found === undefined) throw new ApiError('ResourceNotFound', `${entity} does not exist.`);
    return found;
  };
  const artifactsOf = (uri: string): string[] =>
    [...entities].flatMap(([id, entity]) => {
      const { data } = id.includes(':artifact/') ? Artifact.safeParse(entity) : { data: undefined };
      return data?.Source.SourceUri === uri ? [id] : [];
    });

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

    CreateAction: operation(Action, (input) => {
      const ActionArn = actionArn(input);
      if (entities.has(ActionArn)) throw invalid(`Action ${ActionArn} already exists.`);
      entities.set(ActionArn, input);
      return { ActionArn };
    }),
    DescribeAction: operation(Action.pick({ ActionName: true }), (input) => {
      const ActionArn = actionArn(input);
      return { ...require(ActionArn), ActionArn };
    }),
    // The properties of an update stand in place of those that were there.
    UpdateAction: operation(Action, (input) => {
      const ActionArn = actionArn(input);
      entities.set(ActionArn, { ...require(ActionArn), ...input });
      return { ActionArn };
    }),
    CreateArtifact: operation(Artifact, (input) => {
      if (artifactsOf(input.Source.SourceUri).length > 0)
        throw invalid(`Artifact of ${input.Source.SourceUri} exists.`);
      const ArtifactArn = arn(`artifact/${randomUUID().replaceAll('-', '')}`);
      entities.set(ArtifactArn, input);
      return { ArtifactArn };
    }),
    ListArtifacts: operation(z.object({ SourceUri: z.string() }), ({ SourceUri }) => ({
      ArtifactSummaries: artifactsOf(SourceUri).map((ArtifactArn) => ({ ArtifactArn, Source: { SourceUri } })),
    })),
    ListAssociations: operation(AddAssociation, ({ SourceArn, DestinationArn }) => {
      const found = associations.get(`${SourceArn} ${DestinationArn}`);
      return { AssociationSummaries: found === undefined ? [] : [found] };
    }),
    AddAssociation: operation(AddAssociation, (input) => {
      for (const one of [input.SourceArn, input.DestinationArn]) require(one);
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
