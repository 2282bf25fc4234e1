/** The lineage of SageMaker: which approval a model package has, as Studio shows it. */

import { isDeepStrictEqual } from 'node:util';
import {
  AddAssociationCommand,
  CreateActionCommand,
  CreateArtifactCommand,
  DescribeActionCommand,
  ListArtifactsCommand,
  ListAssociationsCommand,
  ResourceNotFound,
  UpdateActionCommand,
} from '@aws-sdk/client-sagemaker';
import type { ApprovalAction } from '../domain/serving/approval-action.ts';
import { sagemaker } from './sagemaker-registry.ts';

const ACTION_TYPE = 'Approval';
/** The status of an action that does not belong to its package yet. */
const BEGUN = 'Unknown';

/**
 * Makes the lineage of a model package show its approval. An action is known by its name. It has another status than its first one only
 * once it belongs to the package, so what was broken off in between is found and ended, and nothing is looked up after that.
 */
export const showApproval = async (modelPackageArn: string, action: ApprovalAction): Promise<'updated' | 'in_sync'> => {
  const found = await findAction(action.name);
  if (found !== undefined && shows(found, action)) return 'in_sync';
  if (found?.ActionArn === undefined) {
    // What did not exist belongs to nothing yet.
    await associate(await createAction(modelPackageArn, action), await artifactOf(modelPackageArn));
  } else if (found.Status === BEGUN) await associateOnce(found.ActionArn, await artifactOf(modelPackageArn));
  const { name: ActionName, status: Status, description: Description, properties } = action;
  await sagemaker.send(new UpdateActionCommand({ ActionName, Status, Description, Properties: { ...properties } }));
  return 'updated';
};

const findAction = async (ActionName: string) => {
  try {
    return await sagemaker.send(new DescribeActionCommand({ ActionName }));
  } catch (cause) {
    if (cause instanceof ResourceNotFound) return undefined;
    throw cause;
  }
};
type FoundAction = NonNullable<Awaited<ReturnType<typeof findAction>>>;

const shows = ({ Status, Description, Properties }: FoundAction, action: ApprovalAction): boolean =>
  Status === action.status &&
  Description === action.description &&
  isDeepStrictEqual({ ...Properties }, { ...action.properties });

const createAction = async (SourceUri: string, { name, description }: ApprovalAction): Promise<string> => {
  const { ActionArn } = await sagemaker.send(
    new CreateActionCommand({
      ActionName: name,
      ActionType: ACTION_TYPE,
      Source: { SourceUri, SourceType: 'ModelPackage' },
      Description: description,
      Status: BEGUN,
    }),
  );
  return named(ActionArn, name);
};

/** SageMaker keeps one artifact for each source, and makes that of a package itself where it knows where it comes from. */
const artifactOf = async (SourceUri: string): Promise<string> => {
  const { ArtifactSummaries: [known] = [] } = await sagemaker.send(new ListArtifactsCommand({ SourceUri }));
  if (known?.ArtifactArn !== undefined) return known.ArtifactArn;
  const { ArtifactArn } = await sagemaker.send(
    new CreateArtifactCommand({ ArtifactType: 'ModelPackage', Source: { SourceUri } }),
  );
  return named(ArtifactArn, SourceUri);
};

const associate = async (SourceArn: string, DestinationArn: string): Promise<void> => {
  await sagemaker.send(new AddAssociationCommand({ SourceArn, DestinationArn, AssociationType: 'AssociatedWith' }));
};

const associateOnce = async (SourceArn: string, DestinationArn: string): Promise<void> => {
  const { AssociationSummaries = [] } = await sagemaker.send(
    new ListAssociationsCommand({ SourceArn, DestinationArn }),
  );
  if (AssociationSummaries.length === 0) await associate(SourceArn, DestinationArn);
};

const named = (arn: string | undefined, what: string): string => {
  if (arn === undefined) throw new Error(`could not show the approval of ${what}: no ARN`);
  return arn;
};
