/** The files that an OpenSSF model signature is over, as its statement lists them. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Sha256 } from '../../identifiers.ts';
import { STATEMENT_TYPE } from '../../signing/statement.ts';
import { parseDocument } from '../documents/document.ts';

/** By path, what each range of a file hashes to: one that is the whole file (`''`), or one for each shard (`0:1024`). */
export type SignedFiles = {
  readonly hash: 'sha256' | 'blake2b512';
  readonly shardBytes: number | undefined;
  readonly files: ReadonlyMap<string, ReadonlyMap<string, string>>;
};

const MODEL_SIGNING = 'https://model_signing/signature/v1.0';
/** Before version 1.0, each file was a subject of its own. */
const MODEL_SIGNING_DIGESTS = 'https://model_signing/Digests/v0.1';
/** Names of the specification, and of Node. BLAKE3 is in the specification too, and not in Node. */
const HASHES = { sha256: 'sha256', blake2b: 'blake2b512' } as const;

const Subject = z.object({ name: z.string(), digest: z.object({ sha256: Sha256 }) });
const Resource = z.object({ name: z.string(), algorithm: z.string(), digest: z.string().regex(/^([0-9a-f]{2})+$/) });
const Serialization = z.discriminatedUnion('method', [
  z.object({ method: z.literal('files'), hash_type: z.string(), shard_size: z.undefined().optional() }),
  z.object({ method: z.literal('shards'), hash_type: z.string(), shard_size: z.int().min(1) }),
]);
const Signing = z.discriminatedUnion('predicateType', [
  z.object({
    _type: z.literal(STATEMENT_TYPE),
    predicateType: z.literal(MODEL_SIGNING),
    subject: z.tuple([Subject]),
    predicate: z.object({ serialization: Serialization, resources: z.array(Resource).min(1) }),
  }),
  z.object({
    _type: z.literal(STATEMENT_TYPE),
    predicateType: z.literal(MODEL_SIGNING_DIGESTS),
    subject: z.array(Subject).min(1),
  }),
]);

/** The files that a statement lists, or why they cannot be known. */
export const signedFilesIn = (payload: Uint8Array, maxBytes: number): SignedFiles | { readonly problem: string } => {
  const parsed = Signing.safeParse(parseDocument(payload, maxBytes));
  if (!parsed.success) return { problem: 'its statement is not an OpenSSF model signature' };
  if (parsed.data.predicateType === MODEL_SIGNING_DIGESTS) {
    const listed = parsed.data.subject.map(({ name, digest }) => ({ path: name, range: '', digest: digest.sha256 }));
    return filesOf({ hash: 'sha256', shardBytes: undefined }, listed);
  }
  const { subject, predicate } = parsed.data;
  const { method, hash_type: hashType, shard_size: shardBytes } = predicate.serialization;
  const hash = Object.entries(HASHES).find(([name]) => name === hashType)?.[1];
  const algorithm = method === 'files' ? hashType : `${hashType}-sharded-${shardBytes}`;
  if (hash === undefined || predicate.resources.some((resource) => resource.algorithm !== algorithm)) {
    return {
      problem: `it serializes by ${method} with ${hashType}; it must be with ${Object.keys(HASHES).join(' or ')}`,
    };
  }
  const digests = predicate.resources.map(({ digest }) => digest).join('');
  const root = createHash('sha256').update(Buffer.from(digests, 'hex')).digest('hex');
  if (root !== subject[0].digest.sha256) return { problem: 'its subject is not the digest of the files that it lists' };
  const ranges = predicate.resources.map(({ name, digest }) => ({ ...rangeIn(name, method), digest }));
  return filesOf({ hash, shardBytes }, ranges);
};

type Listed = { readonly path: string; readonly range: string; readonly digest: string };

/** A shard is named by its file, and the offsets that it begins and ends at. */
const rangeIn = (name: string, method: 'files' | 'shards'): Omit<Listed, 'digest'> => {
  const [, path, range] = (method === 'shards' && /^(.*):(\d+:\d+)$/s.exec(name)) || [];
  return path === undefined || range === undefined ? { path: name, range: '' } : { path, range };
};

const filesOf = (
  serialization: Omit<SignedFiles, 'files'>,
  listed: readonly Listed[],
): SignedFiles | { readonly problem: string } => {
  const files = new Map<string, Map<string, string>>();
  for (const { path, range, digest } of listed) {
    const ranges = files.get(path) ?? new Map<string, string>();
    // Of two digests for one file, either could be meant.
    if (ranges.has(range)) return { problem: 'it lists a file twice' };
    files.set(path, ranges.set(range, digest));
  }
  return { ...serialization, files };
};
