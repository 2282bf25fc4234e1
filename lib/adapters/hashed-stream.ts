/** Bytes that are hashed while they pass: bounded memory, whatever their size. */
import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Sha256 } from '../domain/identifiers.ts';

/** Called for each chunk that is done; it may stop the work by throwing. */
export type Advance = (bytes: number) => void;
const UNNOTICED: Advance = () => {};

export const sha256Of = async (chunks: AsyncIterable<Buffer>, advance = UNNOTICED): Promise<Sha256> => {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
    advance(chunk.length);
  }
  return digestOf(hash);
};

/** Writes a stream to a file, and returns its digest. */
export const writeHashed = async (
  chunks: AsyncIterable<Buffer>,
  file: string,
  advance = UNNOTICED,
): Promise<Sha256> => {
  const hash = createHash('sha256');
  const hashed = async function* (passing: AsyncIterable<Buffer>) {
    for await (const chunk of passing) {
      hash.update(chunk);
      advance(chunk.length);
      yield chunk;
    }
  };
  await pipeline(chunks, hashed, createWriteStream(file));
  return digestOf(hash);
};

const digestOf = (hash: Hash): Sha256 => Sha256.parse(hash.digest('hex'));
