import * as z from 'zod';
import { type SignatureFinding, TrustedKey } from '../../evidence/artifact-signature.ts';
import type { Sha256 } from '../../identifiers.ts';
import type { UsedCheck } from '../check.ts';
import { defineCheck } from '../check.ts';
import { type Finding, finding, judgeFurther, listed, notProvided, shown } from '../finding.ts';

const NAME = 'model_artifact_signed';
const THRESHOLD = 'a signature over this artifact by a key that the policy trusts';

const parameters = z.strictObject({ trusted_keys: z.array(TrustedKey).max(20).default([]) });

/** Establishes that a key that the policy trusts signed exactly the pinned artifact. */
export const modelArtifactSigned = defineCheck({
  name: NAME,
  stage: 'security_review',
  knownBy: 'verified',
  reads: ['artifactSha256', 'artifactSignature'],
  parameters,
  judge: ({ artifactSha256, artifactSignature }, { trusted_keys: keys }) => {
    const subject = { name: 'artifact signature', field: 'artifact_signature', threshold: THRESHOLD } as const;
    const verdict = judgeFurther(artifactSignature, subject, (found) => judgeFinding(found, artifactSha256, keys));
    return artifactSignature.kind === 'absent'
      ? { ...verdict, ...notProvided(THRESHOLD, `The artifact is not signed. ${HOW}`) }
      : verdict;
  },
});

/** The keys that a policy trusts. The signature is verified with them before the check judges it. */
export const trustedKeysOf = (used: readonly UsedCheck[]): readonly TrustedKey[] =>
  used.flatMap((check) => (check.name === NAME ? parameters.parse(check.parameters).trusted_keys : []));

const NO_KEYS =
  'The policy trusts no key, so nothing can be verified. Add trusted_keys (name, public_key_pem) to the parameters of this check.';
const HOW =
  'Sign it with cosign sign-blob, model_signing or KMS, and name the signature in further_evidence.artifact_signature of the manifest.';

const judgeFinding = (found: SignatureFinding, sha256: Sha256, keys: readonly TrustedKey[]): Finding => {
  const trusted = `trusted: ${listed(keys.map(({ name }) => name))}`;
  switch (found.outcome) {
    case 'signed':
      return finding(
        'passed',
        `signed by ${shown(found.key)}`,
        THRESHOLD,
        `Artifact ${sha256} is signed with the trusted key named “${shown(found.key)}”.`,
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
