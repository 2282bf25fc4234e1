import * as z from 'zod';
import {
  ApiError,
  arn,
  type Caller,
  invalid,
  type Operation,
  operation,
  seconds,
  userContext,
  type World,
} from './operation.ts';

const text = z.string().optional();
const Metadata = z.record(z.string(), z.string());

const Inference = z.object({
  Containers: z.array(z.object({ Image: text, ImageDigest: text })).optional(),
});
const CreateGroup = z.object({ ModelPackageGroupName: z.string(), ModelPackageGroupDescription: text });
const CreatePackage = z.looseObject({
  ModelPackageName: text,
  ModelPackageGroupName: text,
  Tags: z.unknown().optional(),
  ClientToken: text,
  CustomerMetadataProperties: Metadata.optional(),
});
const UpdatePackage = z.looseObject({
  ModelPackageArn: z.string(),
  CustomerMetadataProperties: Metadata.optional(),
  CustomerMetadataPropertiesToRemove: z.array(z.string()).optional(),
  ClientToken: text,
});
const ListPackages = z.object({
  ModelPackageGroupName: text,
  ModelPackageType: z.enum(['Versioned', 'Unversioned', 'Both']).default('Unversioned'),
  ModelApprovalStatus: text,
  MaxResults: z.number().min(1).max(100).default(100),
  NextToken: z.string().regex(/^\d+$/).default('0'),
  SortOrder: z.enum(['Ascending', 'Descending']).default('Ascending'),
});

interface Package {
  readonly arn: string;
  readonly group: string | undefined;
  readonly version: number | undefined;
  readonly created: Date;
  modified: Date | undefined;
  members: Record<string, unknown>;
}

/** Members that only say how to create the package are not part of its description. */
const requestOnly = ['ClientToken', 'Tags', 'ModelPackageGroupName'];

export class ModelPackages {
  readonly #world: World;
  readonly #groups = new Map<string, { readonly arn: string; readonly members: object }>();
  readonly #packages = new Map<string, Package>();
  readonly #answered = new Map<string, { readonly request: string; readonly arn: string }>();

  constructor(world: World) {
    this.#world = world;
  }

  operations(): Record<string, Operation> {
    return {
      CreateModelPackageGroup: operation(CreateGroup, (input, caller) => this.#createGroup(input, caller)),
      DescribeModelPackageGroup: operation(CreateGroup.pick({ ModelPackageGroupName: true }), (input) => {
        const group = this.#group(input.ModelPackageGroupName);
        return { ...group.members, ModelPackageGroupArn: group.arn };
      }),
      CreateModelPackage: operation(CreatePackage, (input, caller) =>
        this.#onlyOnce(input, () => this.#create(input, caller)),
      ),
      DescribeModelPackage: operation(z.object({ ModelPackageName: z.string() }), (input) =>
        describe(this.require(input.ModelPackageName), seconds),
      ),
      UpdateModelPackage: operation(UpdatePackage, (input, caller) =>
        this.#onlyOnce(input, () => this.#update(input, caller)),
      ),
      ListModelPackages: operation(ListPackages, (input) => this.#list(input)),
    };
  }

  require(nameOrArn: string): Package {
    const id = nameOrArn.startsWith('arn:') ? nameOrArn : arn(`model-package/${nameOrArn}`);
    const found = this.#packages.get(id);
    if (found === undefined) throw invalid(`ModelPackage ${id} does not exist.`);
    return found;
  }

  /** The images of a package, under their digests where it has them. */
  imagesOf(nameOrArn: string): string[] {
    const { Containers = [] } = Inference.parse(this.require(nameOrArn).members['InferenceSpecification'] ?? {});
    return Containers.flatMap(({ Image, ImageDigest }) =>
      Image === undefined
        ? []
        : [
            ImageDigest === undefined || Image.includes('@')
              ? Image
              : `${Image.replace(/:[^:/]*$/, '')}@${ImageDigest}`,
          ],
    );
  }

  #group(nameOrArn: string) {
    const name = nameOrArn.split('/').at(-1) ?? '';
    const group = this.#groups.get(name);
    if (group === undefined) throw invalid(`ModelPackageGroup ${arn(`model-package-group/${name}`)} does not exist.`);
    return { name, ...group };
  }

  #createGroup(input: z.infer<typeof CreateGroup>, caller: Caller): object {
    const name = input.ModelPackageGroupName;
    const id = arn(`model-package-group/${name}`);
    if (this.#groups.has(name)) throw invalid(`Model Package Group already exists: ${id}`);
    const members = {
      ModelPackageGroupName: name,
      ModelPackageGroupDescription: input.ModelPackageGroupDescription,
      CreationTime: seconds(this.#world.now()),
      CreatedBy: userContext(caller),
      ModelPackageGroupStatus: 'Completed',
    };
    this.#groups.set(name, { arn: id, members });
    return { ModelPackageGroupArn: id };
  }

  /** The same token with the same request is the same call; with another request it is a conflict. */
  #onlyOnce(input: { readonly ClientToken?: string | undefined }, act: () => string): object {
    const { ClientToken: token } = input;
    const request = JSON.stringify(input);
    const before = token === undefined ? undefined : this.#answered.get(token);
    if (before !== undefined && before.request !== request) {
      throw new ApiError('ConflictException', `ClientToken ${token} was used with other parameters before.`);
    }
    const ModelPackageArn = before?.arn ?? act();
    if (token !== undefined) this.#answered.set(token, { request, arn: ModelPackageArn });
    return { ModelPackageArn };
  }

  #create(input: z.infer<typeof CreatePackage>, caller: Caller): string {
    refuseContradictions(input);
    const group = input.ModelPackageGroupName === undefined ? undefined : this.#group(input.ModelPackageGroupName).name;
    const version = group === undefined ? undefined : 1 + this.#inGroup(group).length;
    const id = arn(`model-package/${group === undefined ? input.ModelPackageName : `${group}/${version}`}`);
    if (this.#packages.has(id)) throw invalid(`Model Package already exists: ${id}`);
    const given = Object.entries(input).filter(([key]) => !requestOnly.includes(key));
    const made: Package = {
      arn: id,
      group,
      version,
      created: this.#world.now(),
      modified: undefined,
      members: { CertifyForMarketplace: false, ...Object.fromEntries(given), CreatedBy: userContext(caller) },
    };
    // A new version of a group waits for approval unless the request says otherwise.
    if (group !== undefined) made.members['ModelApprovalStatus'] ??= 'PendingManualApproval';
    this.#packages.set(id, made);
    this.#announce(made);
    return id;
  }

  #update(input: z.infer<typeof UpdatePackage>, caller: Caller): string {
    const one = this.require(input.ModelPackageArn);
    const { ModelPackageArn: _, ClientToken: __, CustomerMetadataPropertiesToRemove: removed = [], ...changes } = input;
    const metadata = Object.entries({ ...metadataOf(one), ...changes.CustomerMetadataProperties }).filter(
      ([key]) => !removed.includes(key),
    );
    if (metadata.length > 50) throw invalid('A model package can hold 50 customer metadata properties at most.');

    const updated = new Set(Object.keys(changes));
    if (removed.length > 0) updated.add('CustomerMetadataProperties');
    Object.assign(one.members, changes, { LastModifiedBy: userContext(caller) });
    one.members['CustomerMetadataProperties'] = metadata.length === 0 ? undefined : Object.fromEntries(metadata);
    one.modified = this.#world.now();
    this.#announce(one, [...updated]);
    return one.arn;
  }

  #list(input: z.infer<typeof ListPackages>): object {
    const group = input.ModelPackageGroupName === undefined ? undefined : this.#group(input.ModelPackageGroupName).name;
    const status = input.ModelApprovalStatus;
    const isListed = ({ group: own }: Package) =>
      input.ModelPackageType === 'Both' || (own !== undefined) === (input.ModelPackageType === 'Versioned');
    const found = (group === undefined ? [...this.#packages.values()].filter(isListed) : this.#inGroup(group)).filter(
      (one) => status === undefined || one.members['ModelApprovalStatus'] === status,
    );
    if (input.SortOrder === 'Descending') found.reverse();
    const start = Number(input.NextToken);
    const end = start + input.MaxResults;
    return {
      ModelPackageSummaryList: found.slice(start, end).map(summarise),
      ...(end < found.length ? { NextToken: String(end) } : {}),
    };
  }

  #inGroup(group: string | undefined): Package[] {
    return [...this.#packages.values()].filter((one) => one.group === group);
  }

  /** One event for each call. For an update, the event names the fields that the call set. */
  #announce(one: Package, updated?: readonly string[]): void {
    this.#world.publish({
      source: 'aws.sagemaker',
      detailType: 'SageMaker Model Package State Change',
      resources: [one.arn],
      detail: {
        ...describe(one, (instant) => instant.toISOString()),
        ...(updated === undefined ? {} : { UpdatedModelPackageFields: updated }),
      },
    });
  }
}

const metadataOf = (one: Package): Record<string, string> =>
  Metadata.parse(one.members['CustomerMetadataProperties'] ?? {});

function refuseContradictions(input: z.infer<typeof CreatePackage>): void {
  if (input.ModelPackageName === undefined && input.ModelPackageGroupName === undefined) throw invalid('Missing ARN.');
  if (input.ModelPackageGroupName === undefined) return;
  if (input.ModelPackageName !== undefined) {
    throw invalid(
      'Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use.',
    );
  }
  // A version has the tags of its group.
  if (input.Tags !== undefined) throw invalid('Tags cannot be given for a versioned model package.');
}

function describe(one: Package, time: (instant: Date) => unknown): Record<string, unknown> {
  return {
    ...(one.group === undefined ? {} : { ModelPackageGroupName: one.group, ModelPackageVersion: one.version }),
    ModelPackageName: one.group ?? one.members['ModelPackageName'],
    ModelPackageArn: one.arn,
    CreationTime: time(one.created),
    ...one.members,
    ModelPackageStatus: 'Completed',
    ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
    ...(one.modified === undefined ? {} : { LastModifiedTime: time(one.modified) }),
  };
}

const summaryMembers = [
  'ModelPackageName',
  'ModelPackageGroupName',
  'ModelPackageVersion',
  'ModelPackageArn',
  'ModelPackageDescription',
  'CreationTime',
  'ModelPackageStatus',
  'ModelApprovalStatus',
  'ModelLifeCycle',
  'ModelPackageRegistrationType',
];

function summarise(one: Package): object {
  return Object.fromEntries(Object.entries(describe(one, seconds)).filter(([key]) => summaryMembers.includes(key)));
}
