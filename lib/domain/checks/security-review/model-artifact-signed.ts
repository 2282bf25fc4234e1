import * as z from 'zod';
import type { SignatureFinding, SignatureTrust } from '../../evidence/artifact-signature.ts';
import type { FileDifferences } from '../../evidence/signatures/compare-files.ts';
import { TrustedKey } from '../../evidence/signatures/trusted-key.ts';
import { TrustedRoot } from '../../evidence/signatures/trusted-root.ts';
import type { Sha256 } from '../../identifiers.ts';
import type { UsedCheck } from '../check.ts';
import { defineCheck } from '../check.ts';
import { type Finding, finding, judgeFurther, listed, notProvided, shown } from '../finding.ts';

const NAME = 'model_artifact_signed';
const THRESHOLD = 'a signature over this artifact by a key that the policy trusts';

const parameters = z.strictObject({
  trusted_keys: z.array(TrustedKey).max(20).default([]),
  trusted_roots: z.array(TrustedRoot).max(20).optional(),
  /** Files that an archive may hold though the signature does not cover them, by their whole path. */
  allowed_unsigned_files: z.array(z.string().min(1).max(256)).max(20).optional(),
});

/** Establishes that a key that the policy trusts, or one that a trusted root vouches for, signed exactly the pinned artifact. */
export const modelArtifactSigned = defineCheck({
  name: NAME,
  stage: 'security_review',
  knownBy: 'verified',
  reads: ['artifactSha256', 'artifactSignature'],
  parameters,
  judge: ({ artifactSha256, artifactSignature }, { trusted_keys: keys, trusted_roots: roots = [] }) => {
    const subject = { name: 'artifact signature', field: 'artifact_signature', threshold: THRESHOLD } as const;
    const verdict = judgeFurther(artifactSignature, subject, (found) =>
      judgeFinding(found, artifactSha256, [...keys, ...roots]),
    );
    return artifactSignature.kind === 'absent'
      ? { ...verdict, ...notProvided(THRESHOLD, `The artifact is not signed. ${HOW}`) }
      : verdict;
  },
});

/** What a policy accepts of signatures. The signature is verified by it before the check judges it. */
export const signatureTrustOf = (used: readonly UsedCheck[]): Omit<SignatureTrust, 'at'> => {
  const asked = used.filter(({ name }) => name === NAME).map((check) => parameters.parse(check.parameters));
  return {
    keys: asked.flatMap(({ trusted_keys: keys }) => keys),
    roots: asked.flatMap(({ trusted_roots: roots = [] }) => roots),
    allowedUnsigned: asked.flatMap(({ allowed_unsigned_files: files = [] }) => files),
  };
};

const NO_KEYS =
  'The policy trusts no key, so nothing can be verified. Add trusted_keys (name, public_key_pem) or trusted_roots (name, certificate_pem) to the parameters of this check.';
const HOW =
  'Sign it with assay sign, cosign sign-blob or model_signing, and name the signature in further_evidence.artifact_signature of the manifest.';

const judgeFinding = (
  found: SignatureFinding,
  sha256: Sha256,
  trustedSigners: readonly { readonly name: string }[],
): Finding => {
  const trusted = `trusted: ${listed(trustedSigners.map(({ name }) => name))}`;
  switch (found.outcome) {
    case 'signed':
      return 'key' in found
        ? finding(
            'passed',
            `signed by ${shown(found.key)}`,
            THRESHOLD,
            `Artifact ${sha256} is signed with the trusted key named “${shown(found.key)}”.`,
          )
        : finding(
            'passed',
            `signed by ${shown(found.subject)}`,
            THRESHOLD,
            `Artifact ${sha256} is signed with a certificate of ${shown(found.subject)}, for which the trusted root named “${shown(found.root)}” vouches.`,
          );
    case 'no_trusted_key':
      return finding('inconclusive', 'no trusted key', THRESHOLD, NO_KEYS);
    case 'other_key':
      return finding(
        'failed',
        'another key',
        THRESHOLD,
        `The signature is by a key that the policy does not trust, or was changed (${trusted}). Sign with a trusted key, or have the key added to the policy.`,
      );
    case 'other_artifact':
      return finding(
        'failed',
        'another artifact',
        THRESHOLD,
        `The signature is of another artifact: ${listed(found.signed)}, not ${sha256}. Sign the artifact of this release.`,
      );
    case 'other_files':
      return finding(
        'failed',
        'other files',
        THRESHOLD,
        `The files of artifact ${sha256} are not those that are signed: ${sayDifferences(found.differences)}. Sign the folder again as it is packed, or let the policy allow a file by allowed_unsigned_files.`,
      );
    case 'not_verified':
      return finding(
        'failed',
        'not verified',
        THRESHOLD,
        `No trusted key made this signature over artifact ${sha256} (${trusted}): it is by another key, or over another file; a bare signature does not tell which. Sign this artifact with a trusted key.`,
      );
    case 'unusable':
      return finding(
        'failed',
        'unusable',
        THRESHOLD,
        `The signature says nothing about the artifact: ${found.problem}. ${HOW}`,
      );
  }
};

const sayDifferences = ({ changed, missing, unsigned }: FileDifferences): string =>
  [
    ['differs in', changed],
    ['lacks', missing],
    ['holds, without a signature,', unsigned],
  ]
    .filter(([, files]) => files?.length !== 0)
    .map(([what, files]) => `it ${what} ${listed(files as readonly string[])}`)
    .join('; ');
