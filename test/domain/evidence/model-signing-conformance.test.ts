/** Each offline verify case of the public conformance suite of OpenSSF model signing, by the functions of the product. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  parseArtifactSignature,
  type SignedArtifact,
  verifyArtifactSignature,
} from '../../../lib/domain/evidence/artifact-signature.ts';
import { TrustedKey } from '../../../lib/domain/evidence/signatures/trusted-key.ts';
import { TrustedRoot } from '../../../lib/domain/evidence/signatures/trusted-root.ts';
import { Sha256 } from '../../../lib/domain/identifiers.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { trusting } from '../../support/signature-trust.ts';

const FOLDER = join(import.meta.dirname, '../../vectors/model-signing/conformance');
const CASES = z
  .array(
    z.strictObject({
      theirs: z.string().optional(),
      ours: z.string().optional(),
      not_made: z.string().optional(),
      bundle: z.string().default(''),
      model: z.string().default('simple'),
      add: z.record(z.string(), z.string()).default({}),
      remove: z.array(z.string()).default([]),
      allowed: z.array(z.string()).default(['ignore-me']),
      keys: z.array(z.string()).default(['signer']),
      roots: z.array(z.string()).default(['root']),
      expect: z.string().default(''),
      says: z.string().default(''),
    }),
  )
  .parse(JSON.parse(readFileSync(join(FOLDER, 'cases.json'), 'utf8')));
type Case = (typeof CASES)[number];

const trusted = (file: string): string => readFileSync(join(FOLDER, 'trust', file), 'utf8');

const artifactOf = (bytes: Uint8Array): SignedArtifact => ({
  sha256: Sha256.parse(createHash('sha256').update(bytes).digest('hex')),
  bytes: async () =>
    (async function* () {
      for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
    })(),
});

/** A model of one file is the artifact; a folder is packed, as SageMaker takes it. */
const artifact = async ({ model, add, remove }: Case): Promise<SignedArtifact> => {
  const root = join(FOLDER, 'models', model);
  if (statSync(root).isFile()) return artifactOf(Buffer.from(add[model] ?? readFileSync(root)));
  const own = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(root, name)).isFile() && !remove.includes(name) && !(name in add))
    .map((name) => [name, readFileSync(join(root, name))] as const);
  const archive = pack();
  archive.entry({ name: './', type: 'directory' });
  for (const [name, content] of [...own, ...Object.entries(add)]) archive.entry({ name: `./${name}` }, content);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return artifactOf(gzipSync(Buffer.concat(chunks)));
};

const outcomeOf = async (one: Case): Promise<{ readonly outcome: string; readonly said: string }> => {
  const { bundle, keys, roots, allowed } = one;
  const trust = trusting(
    keys.map((name) => TrustedKey.parse({ name, public_key_pem: trusted(`${name}.pub.pem`) })),
    {
      roots: roots.map((name) => TrustedRoot.parse({ name, certificate_pem: trusted(`${name}.pem`) })),
      allowedUnsigned: allowed,
    },
  );
  try {
    const signature = parseArtifactSignature(readFileSync(join(FOLDER, 'bundles', `${bundle}.sig`)));
    const found = await verifyArtifactSignature(signature, await artifact(one), trust);
    return { outcome: found.outcome, said: JSON.stringify(found) };
  } catch (error) {
    if (error instanceof Refusal) return { outcome: 'refused', said: error.message };
    throw error;
  }
};

const MADE = CASES.filter(({ not_made: notMade }) => notMade === undefined);

describe('the conformance suite of OpenSSF model signing (SG-3)', () => {
  it.each(MADE.map((one) => [one.theirs ?? one.ours, one] as const))('%s', async (_, one) => {
    const { outcome, said } = await outcomeOf(one);

    expect({ outcome, said }).toEqual({ outcome: one.expect, said: expect.stringContaining(one.says) });
    // Each case of theirs says in its name whether it must fail.
    if (one.theirs !== undefined) expect(outcome === 'signed').toBe(!one.theirs.endsWith('_fail'));
  });

  it('is listed whole in README.md, with what becomes of each case', () => {
    const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    const rows = CASES.filter(({ theirs }) => theirs !== undefined).map(({ theirs, bundle, not_made: notMade }) =>
      notMade === undefined ? `| \`${theirs}\` | \`${bundle}.sig\` | passes |` : `| \`${theirs}\` | no | ${notMade} |`,
    );

    expect(readme.match(/^\| `.*/gm)).toEqual(rows);
  });
});
