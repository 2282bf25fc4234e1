import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Sha256 } from '../../domain/identifiers.ts';

/** What a file hashes to, however large it is. */
export const fileSha256 = async (path: string): Promise<Sha256> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return Sha256.parse(hash.digest('hex'));
};
