import { ListModelPackagesCommand } from '@aws-sdk/client-sagemaker';
import { sagemaker } from './sagemaker-registry.ts';

/**
 * The packages that the registry shows as what serves, with the words that a release in production is written there with. Of these
 * groups only, if there are any: others may use the same words for models of theirs.
 */
export const packagesInProduction = async (groups: readonly string[]): Promise<string[]> => {
  const found: string[] = [];
  let next: string | undefined;
  do {
    const { ModelPackageSummaryList: packages = [], NextToken } = await sagemaker.send(
      new ListModelPackagesCommand({
        ModelPackageType: 'Versioned',
        ModelApprovalStatus: 'Approved',
        MaxResults: 100,
        NextToken: next,
      }),
    );
    const shown = packages.filter(
      ({ ModelLifeCycle: cycle, ModelPackageGroupName: group = '' }) =>
        cycle?.Stage === 'Production' &&
        cycle.StageStatus === 'Approved' &&
        (groups.length === 0 || groups.includes(group)),
    );
    found.push(...shown.map(({ ModelPackageArn: arn = '' }) => arn));
    next = NextToken;
  } while (next !== undefined);
  return found;
};
