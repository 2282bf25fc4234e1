import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadDirectory, loadPolicy } from '../../../lib/domain/policy/load.ts';
import { policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { type CanonicalValue, canonicalSha256, sha256 } from '../../../lib/domain/signing/canonical-json.ts';

/** A file, and the digest that it had before documents and records became separate schemas. */
const Vectors = z.strictObject({
  policies: z.record(z.string(), z.strictObject({ file_sha256: z.string(), policy_sha256: z.string() })),
  directories: z.record(z.string(), z.strictObject({ file_sha256: z.string(), directory_sha256: z.string() })),
});
const { policies, directories } = Vectors.parse(
  JSON.parse(readFileSync(new URL('../../vectors/policy-digests.json', import.meta.url), 'utf8')),
);
const fileAt = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url));

/** If `file_sha256` differs too, the file was edited: then record both digests again, and check what changed. */
describe('the digest of a file that was deployed before', () => {
  it.each(Object.entries(policies))('is what it was: %s', (path, vector) => {
    const bytes = fileAt(path);

    const policy = loadPolicy(bytes, path);

    expect({ file_sha256: sha256(bytes), policy_sha256: policySha256(policy) }).toEqual(vector);
  });

  it.each(Object.entries(directories))('is what it was: %s', (path, vector) => {
    const bytes = fileAt(path);

    const directory = loadDirectory(bytes, path);

    const directory_sha256 = canonicalSha256(directory as unknown as CanonicalValue);
    expect({ file_sha256: sha256(bytes), directory_sha256 }).toEqual(vector);
  });
});
