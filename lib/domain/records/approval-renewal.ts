/**
 * The proof that an approval was renewed, version 1 (docs/formats/approval-renewal.md): an in-toto statement about the artifact in
 * a DSSE envelope by the attestation key. An approval lasts longer than people signed only if this says so.
 */
import * as z from 'zod';
import { Instant, Sha256 } from '../identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../instant.ts';
import { type Release, requireEstablished } from '../release/release.ts';
import { Envelope, verifyEnvelope } from '../signing/envelope.ts';
import { STATEMENT_TYPE, Statement } from '../signing/statement.ts';
import { stored } from '../stored.ts';
import { type Attestation, attestationFolder } from './attestation.ts';

/** What the row and the folder of the proof are named by, as those of a stage by the stage. */
export const APPROVAL_RENEWAL = 'approval_renewal';
export const APPROVAL_RENEWAL_TYPE = 'https://assay.dev/approval-renewal/v1';

/** Something that the approval rests on, and what it is: a digest, or the version of an object that cannot change. */
export const ComparedInput = stored({ input: z.string().min(1), value: z.string().min(1) });
export type ComparedInput = z.infer<typeof ComparedInput>;

export const ApprovalRenewal = stored({
  schema_version: z.literal(1),
  release_id: z.string(),
  model_name: z.string(),
  model_version: z.string(),
  evidence_digest: Sha256,
  policy_sha256: Sha256,
  renewed_at: Instant,
  approved_until_before: Instant,
  approved_until: Instant,
  /** Everything that was compared, and found to be what it was when people approved. */
  compared: z.array(ComparedInput).min(1),
});
export type ApprovalRenewal = z.infer<typeof ApprovalRenewal>;

type Renewed = {
  readonly release: Release;
  readonly compared: readonly ComparedInput[];
  readonly approvedUntil: Instant;
  readonly now: Instant;
};

/** States that an approval goes on until another instant, because nothing that it rests on has changed. */
export const renewalStatement = ({ release, compared, approvedUntil, now }: Renewed): Statement => {
  const predicate: ApprovalRenewal = {
    schema_version: 1,
    release_id: release.releaseId,
    model_name: release.modelName,
    model_version: release.modelVersion,
    evidence_digest: requireEstablished(release, 'evidenceDigest'),
    policy_sha256: release.policySha256,
    renewed_at: now,
    approved_until_before: requireEstablished(release, 'approvedUntil'),
    approved_until: approvedUntil,
    compared: [...compared],
  };
  const subject = [{ name: release.manifest.artifact_uri, digest: { sha256: artifactOf(release) } }];
  return { _type: STATEMENT_TYPE, subject, predicateType: APPROVAL_RENEWAL_TYPE, predicate };
};

const artifactOf = (release: Release): Sha256 => requireEstablished(release, 'pinned').artifactSha256;

/** The proof as it is kept, and the key that verifies it. */
export type KeptRenewal = {
  readonly kept: Pick<Attestation, 'stage' | 'sha256' | 'uri'>;
  readonly envelope: Envelope;
  readonly publicKeyPem: string;
};

/**
 * The end of an approval by the proof of its renewal: undefined if that is none, or is about something else. Stages sign with the
 * same key, but none of them may write into the folder of renewals. `days` is how long the policy lets an approval last.
 */
export const renewedUntil = (
  release: Release,
  { kept, envelope, publicKeyPem }: KeptRenewal,
  days: number,
): Instant | undefined => {
  const place = `${attestationFolder(release, APPROVAL_RENEWAL)}/${kept.sha256}.dsse.json`;
  if (kept.uri.replace(/^s3:\/\/[^/]*\//, '') !== place) return undefined;
  const opened = openRenewal(envelope, publicKeyPem);
  if ('problem' in opened || !isAbout(release, opened)) return undefined;
  const { renewed_at: at, approved_until_before: before, approved_until: until } = opened.said;
  if (at >= before) return undefined;
  const longest = plusMilliseconds(at, days * DAY_MS);
  return until < longest ? until : longest;
};

const isAbout = (release: Release, { said, artifactSha256 }: OpenedRenewal): boolean =>
  artifactSha256 === artifactOf(release) &&
  said.release_id === release.releaseId &&
  said.evidence_digest === release.evidenceDigest &&
  said.policy_sha256 === release.policySha256;

export type OpenedRenewal = { readonly said: ApprovalRenewal; readonly artifactSha256: Sha256 };

/** What the holder of the key signed about one artifact. The envelope may be anything. */
export const openRenewal = (envelope: unknown, publicKeyPem: string): OpenedRenewal | { readonly problem: string } => {
  const read = Envelope.safeParse(envelope).data;
  if (read === undefined) return { problem: 'its signature is no envelope' };
  const verified = verifyEnvelope(read, publicKeyPem);
  if ('problem' in verified) return verified;
  const statement = Statement.safeParse(JSON.parse(Buffer.from(verified.payload).toString('utf8'))).data;
  const said = ApprovalRenewal.safeParse(statement?.predicate).data;
  const [artifact, ...others] = statement?.subject ?? [];
  return statement?.predicateType === APPROVAL_RENEWAL_TYPE && said && artifact && others.length === 0
    ? { said, artifactSha256: artifact.digest.sha256 }
    : { problem: 'what was signed is no renewal' };
};
