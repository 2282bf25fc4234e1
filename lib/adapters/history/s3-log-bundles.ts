/** The bundles of the log in the audit bucket, for who derives rows of them. */
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { checkpointKey } from '../../domain/ledger/checkpoint.ts';
import type { LogBundles } from '../../domain/questions/log-bundles.ts';

const BUNDLES = 'bundles/v1/';
const CHECKPOINTS = 'checkpoints/v1/';

/** Whether the log has a checkpoint over more than so many entries: their keys sort by size. */
export const isLogBeyond =
  (bucket: string, client: S3Client) =>
  async (entries: number): Promise<boolean> => {
    const { KeyCount: count = 0 } = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: CHECKPOINTS, StartAfter: checkpointKey(entries), MaxKeys: 1 }),
    );
    return count > 0;
  };

export const s3LogBundles = (bucket: string, client: S3Client): LogBundles => ({
  keysFrom: async (day) => {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: BUNDLES,
          ...(day === undefined ? {} : { StartAfter: `${BUNDLES}dt=${day}/` }),
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      keys.push(...(page.Contents ?? []).flatMap(({ Key: key }) => key ?? []));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return keys;
  },
  read: async (key) => {
    const { Body, VersionId: versionId = '' } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body === undefined) throw new Error(`could not read s3://${bucket}/${key}: no body`);
    return { bytes: await Body.transformToByteArray(), versionId };
  },
  isBeyond: isLogBeyond(bucket, client),
});
