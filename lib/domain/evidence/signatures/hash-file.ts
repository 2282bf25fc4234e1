import { createHash, type Hash } from 'node:crypto';
import type { SignedFiles } from './signed-files.ts';

/** What each range of a streamed file hashes to, in the way of the statement that it is compared with. */
export const hashFile = async (
  chunks: AsyncIterable<Uint8Array>,
  { hash, shardBytes }: SignedFiles,
): Promise<ReadonlyMap<string, string>> => {
  const ranges = new Map<string, string>();
  if (shardBytes === undefined) {
    const whole = createHash(hash);
    for await (const chunk of chunks) whole.update(chunk);
    return ranges.set('', whole.digest('hex'));
  }
  let [start, end] = [0, 0];
  let shard: Hash = createHash(hash);
  const close = () => {
    ranges.set(`${start}:${end}`, shard.digest('hex'));
    shard = createHash(hash);
    start = end;
  };
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + shardBytes - (end - start));
      shard.update(part);
      at += part.length;
      end += part.length;
      if (end - start === shardBytes) close();
    }
  }
  // The tool gives an empty file no shard, so nothing says that it is signed.
  if (end > start) close();
  return ranges;
};

/** Whether a file has exactly the ranges with the digests that are signed; none of an empty file is. */
export const isSameFile = (
  signed: ReadonlyMap<string, string> | undefined,
  own: ReadonlyMap<string, string>,
): boolean =>
  own.size > 0 && signed?.size === own.size && [...own].every(([range, hash]) => signed.get(range) === hash);
