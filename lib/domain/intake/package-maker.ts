/** Who made a model package. SageMaker writes it when the package is created, and nobody can change it. */
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { findByName, findByPrincipal, type Identity, mayBe } from '../policy/identities.ts';
import { principalOf } from '../policy/principal.ts';
import type { Submitter } from '../records/intake.ts';
import type { Violation } from '../refusal.ts';
import { type ModelPackage, metadataKey } from './model-package.ts';

const CREATED_BY = 'CreatedBy.IamIdentity';

/**
 * The maker of a package as its submitter: the source identity of the session that created it, which stays with a session
 * whatever role it assumes; else its role or user.
 */
export const packageMaker = ({ CreatedBy: by }: ModelPackage, directory: DirectoryRecord): Submitter => {
  const { SourceIdentity: source = '', Arn: arn = '' } = by?.IamIdentity ?? {};
  const how = { role: 'submitter', auth: 'created_by' };
  if (source !== '') {
    return { ...how, field: `${CREATED_BY}.SourceIdentity`, name: source, identity: findByName(directory, source) };
  }
  return arn === ''
    ? { ...how, field: CREATED_BY, name: '', identity: undefined }
    : { ...how, field: `${CREATED_BY}.Arn`, name: principalOf(arn), identity: findByPrincipal(directory, arn) };
};

/** The fields that the maker of a package fills where its metadata leave them out. */
export const madeBy = (maker: Identity | undefined): Record<string, string> => {
  if (maker === undefined) return {};
  return { requested_by: maker.id, ...(mayBe(maker, 'trainer') ? { trained_by: maker.id } : {}) };
};

/**
 * A person who made a package requested and trained it, whatever its metadata say, because these can be changed. A
 * machine may name others in both: it is a maker besides them.
 */
export const makerContradictions = (
  { CustomerMetadataProperties: metadata, CreatedBy: by }: ModelPackage,
  maker: Identity | undefined,
  directory: DirectoryRecord,
): Violation[] => [
  ...borrowedNames(by?.IamIdentity?.Arn ?? '', maker, directory),
  ...otherMakers(metadata, maker, directory),
];

/** People take a machine's role under their own name. Nobody takes a person's role, or a machine's, under another machine's. */
const borrowedNames = (arn: string, maker: Identity | undefined, directory: DirectoryRecord): Violation[] => {
  const owner = findByPrincipal(directory, arn);
  if (maker === undefined || owner === undefined || owner.id === maker.id) return [];
  return maker.isPerson && !owner.isPerson
    ? []
    : [{ field: `${CREATED_BY}.SourceIdentity`, problem: `is ${maker.id}, but the role is that of ${owner.id}` }];
};

const otherMakers = (
  metadata: ModelPackage['CustomerMetadataProperties'],
  maker: Identity | undefined,
  directory: DirectoryRecord,
): Violation[] =>
  !maker?.isPerson
    ? []
    : ['requested_by', 'trained_by'].flatMap((field) => {
        const key = metadataKey(field);
        const named = findByName(directory, metadata[key] ?? maker.id);
        return named === undefined || named.id === maker.id
          ? []
          : [{ field, problem: `is ${named.id} in customer metadata ${key}, but ${maker.id} made the package` }];
      });
