/** The write-once copies that a release may serve from: SageMaker takes no object version, so a key must not change. */
import type { Sha256 } from '../identifiers.ts';
import type { DataSource, ServingSpecification } from './serving-specification.ts';

/** The longest address that SageMaker takes. */
const ADDRESS_MAX_BYTES = 1024;

/**
 * Where the copy of an object lies: under its digest, and by its own name, because SageMaker goes by how that ends.
 * Undefined if SageMaker would not take the address.
 */
export const lockedCopyUri = (bucket: string, sha256: Sha256, uri: string): string | undefined => {
  const address = `s3://${bucket}/sha256/${sha256}/${uri.slice(uri.lastIndexOf('/') + 1)}`;
  return Buffer.byteLength(address) > ADDRESS_MAX_BYTES ? undefined : address;
};

/** What SageMaker is to load. The ETag is that of the original. */
export const loadedFrom = <S extends DataSource>({ etag, locked_copy_uri: copy, ...source }: S) =>
  copy === undefined ? { ...source, ...(etag === undefined ? {} : { etag }) } : { ...source, s3_uri: copy };

/** A copy, and the version that it is made of. */
export type LockedCopy = {
  /** The part of the specification that is served from it. */
  readonly field: string;
  readonly from: { readonly uri: string; readonly versionId: string };
  readonly uri: string;
  readonly sha256: Sha256;
};

/** Every copy that a specification is served from; none if it is served from its sources. */
export const lockedCopies = (serving: ServingSpecification | undefined): LockedCopy[] =>
  serving === undefined
    ? []
    : [
        ...copyOf('model_data', serving.model_data),
        ...serving.additional_model_data.flatMap((data) => copyOf(`additional_model_data.${data.channel_name}`, data)),
      ];

const copyOf = (field: string, source: DataSource): LockedCopy[] => {
  const { s3_uri, version_id: versionId, sha256, locked_copy_uri: uri } = source;
  if (uri === undefined) return [];
  if (sha256 === undefined || versionId === undefined) {
    throw new Error(`${field} is served from ${uri}, but the specification does not say what that is a copy of`);
  }
  return [{ field, from: { uri: s3_uri, versionId }, uri, sha256 }];
};
