/** What the stores on S3 have in common: small objects read whole, and the places that URIs name. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Refusal } from '../domain/refusal.ts';

export const s3 = new S3Client({});

export type ObjectPlace = { readonly bucket: string; readonly key: string; readonly versionId?: string };

/** The bytes of one object. Refused before they are read if there are more than `maxBytes`. */
export const readObject = async (place: ObjectPlace, maxBytes: number): Promise<Uint8Array> => {
  const answer = await s3.send(
    new GetObjectCommand({ Bucket: place.bucket, Key: place.key, VersionId: place.versionId }),
  );
  const size = answer.ContentLength ?? Number.POSITIVE_INFINITY;
  if (answer.Body === undefined) throw new Error(`could not read s3://${place.bucket}/${place.key}: no body`);
  if (size > maxBytes) {
    await answer.Body.transformToWebStream().cancel();
    throw new Refusal(
      'EvidenceUnreadable',
      `s3://${place.bucket}/${place.key} has ${size} bytes; the limit is ${maxBytes}`,
    );
  }
  return answer.Body.transformToByteArray();
};

/** The bucket and key of an s3:// URI that has been parsed already. */
export const placeOf = (uri: string): ObjectPlace => {
  const [bucket = '', ...key] = uri.slice('s3://'.length).split('/');
  return { bucket, key: key.join('/') };
};
