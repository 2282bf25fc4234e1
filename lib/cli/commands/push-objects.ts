/** What `assay push` puts into a bucket, and what lies in one already. */
import { basename } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { lookAtObject } from '../../adapters/s3-looks.ts';
import { placeOf } from '../../adapters/s3-objects.ts';
import { uploadFile } from '../../adapters/s3-uploads.ts';
import { S3Uri } from '../../domain/evidence/predictions/reference.ts';
import { unreadableIn } from '../../domain/readable.ts';
import { Refusal, type Violation } from '../../domain/refusal.ts';
import { valueAt } from '../../domain/release/manifest.ts';
import { IN_OUR_WORDS } from '../../domain/wording.ts';
import { UsageError } from '../command.ts';
import type { HeldFile } from '../files/manifest-files.ts';
import { placesOf } from '../files/manifest-places.ts';
import type { PushedObject } from '../files/pushed-manifest.ts';
import { progressOf } from '../terminal/progress.ts';
import { plain } from '../terminal/text.ts';

export type MovedObject = PushedObject & {
  readonly sizeBytes?: number | undefined;
  /** `named`: it was no file, and the manifest has its URI. */
  readonly how: 'sent' | 'there_already' | 'named';
};

type To = {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  readonly say: (text: string) => void;
};

/** Every file under its digest, one after the other. Refuses with each that could not be put. */
export const uploadAll = async (held: readonly HeldFile[], to: To): Promise<MovedObject[]> => {
  const uris = held.map((file) => uriOf(file, to));
  const moved: MovedObject[] = [];
  const violations: Violation[] = [];
  for (const [index, file] of held.entries()) {
    const { name, field, sizeBytes, sha256 } = file;
    const uri = uris[index] ?? '';
    const advance = progressOf(to.say, `uploading ${file.where}`, sizeBytes);
    const uploaded = await uploadFile(to.client, file, placeOf(uri), { advance });
    if ('problem' in uploaded) violations.push({ field, problem: `${uri} ${uploaded.problem}` });
    else {
      const { versionId, isSent } = uploaded;
      moved.push({ name, field, uri, versionId, sha256, sizeBytes, how: isSent ? 'sent' : 'there_already' });
    }
  }
  if (violations.length > 0) throw new Refusal('EvidenceMissing', 'not every file could be uploaded', violations);
  return moved;
};

/** The name stays, because readers tell formats by its ending. What S3 would take and a URI would not, is a dash. */
const uriOf = ({ path, sha256 }: HeldFile, { bucket, prefix }: To): string => {
  const folder = prefix.split('/').filter((part) => part !== '');
  const uri = `s3://${[bucket, ...folder, sha256, basename(path).replaceAll(/[^A-Za-z0-9._-]/g, '-')].join('/')}`;
  // The release would be refused for it, after everything was sent.
  const odd = unreadableIn(prefix);
  if (odd !== undefined) throw new UsageError(`push cannot put files below the prefix ${plain(prefix)}: it ${odd}`);
  const { error } = S3Uri.safeParse(uri, IN_OUR_WORDS);
  if (error === undefined) return uri;
  throw new UsageError(`push cannot put a file at ${plain(uri)}, which ${plain(error.issues[0]?.message ?? '')}`);
};

/** The objects that a manifest names already, in the version that is there now. What may not be looked at keeps no version. */
export const objectsNamed = async (
  client: S3Client,
  claim: unknown,
  say: (text: string) => void,
): Promise<MovedObject[]> => {
  const places = await placesOf(claim, { folder: '.', mirrors: [], looksBeside: false });
  const objects = places.flatMap((place) => (place.kind === 'object' ? [place] : []));
  const looks = await Promise.all(objects.map(({ uri }) => lookAtObject(client, placeOf(uri))));
  const missing = objects.flatMap(({ field, uri }, index) =>
    looks[index]?.kind === 'absent' ? [{ field, problem: `${uri} is not there` }] : [],
  );
  if (missing.length > 0)
    throw new Refusal('EvidenceMissing', 'some objects that the manifest names are missing', missing);
  return objects.map(({ name, field, uri }, index) => {
    const look = looks[index];
    if (look?.kind === 'unseen') say(`${uri} ${look.why}, so its version is not written down`);
    const seen = look?.kind === 'seen' ? look : undefined;
    // What its author declared is theirs: if it is another version by now, the release is refused for that.
    const declared = valueAt(claim, ['version_ids', name]);
    const versionId = typeof declared === 'string' ? declared : seen?.versionId;
    return { name, field, uri, versionId, sizeBytes: seen?.sizeBytes, how: 'named' };
  });
};
