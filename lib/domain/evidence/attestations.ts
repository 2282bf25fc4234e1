/** In-toto attestations of any type, as other tools write them, and whether they are what somebody demands. */
import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { parseDocument } from './documents/document.ts';
import { documentsByLine, envelopeIn, type ForeignEnvelope } from './documents/envelopes.ts';
import {
  BundleMaterial,
  type EnvelopeSigner,
  IN_TOTO,
  materialOf,
  type SignerTrust,
  type SigningMaterial,
  signerOf,
} from './signatures/signed-envelope.ts';

export const ATTESTATIONS_MAX_BYTES = 1_048_576;
/** Each is tried with each key of each demand, so ten thousand of them would take minutes. */
const ENVELOPES_MAX = 256;
const SIGNATURES_MAX = 4;
const STATEMENT_TYPES = ['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1'] as const;

/** A statement that somebody may have signed: nothing in it counts before a trusted signer is found. */
export type Attestation = {
  /** Which document of the file it is in, from 1. */
  readonly position: number;
  readonly envelope: ForeignEnvelope;
  readonly material: SigningMaterial;
  readonly predicateType: string;
  /** The SHA-256 of its subjects. One that has only other digests cannot be compared, and is left out. */
  readonly subjects: readonly Sha256[];
};

export type Attestations = {
  readonly found: readonly Attestation[];
  /** How many documents of the file are no in-toto statement in an envelope. */
  readonly leftOut: number;
};

const Statement = z.object({
  _type: z.enum(STATEMENT_TYPES),
  predicateType: z.string().min(1),
  subject: z.array(z.object({ digest: z.record(z.string(), z.unknown()).default({}) })),
});

/**
 * Establishes that bytes are a DSSE envelope, a Sigstore bundle, or several of them, one a line. What of them is no
 * in-toto statement is counted and left out: files of builders hold all kinds.
 */
export const parseAttestations = (bytes: Uint8Array): Attestations => {
  const documents = documentsByLine(bytes, ATTESTATIONS_MAX_BYTES, ENVELOPES_MAX) ?? [
    parseDocument(bytes, ATTESTATIONS_MAX_BYTES),
  ];
  const found = documents.flatMap((document, index) => attestationIn(document, index + 1));
  return { found, leftOut: documents.length - found.length };
};

const attestationIn = (document: unknown, position: number): Attestation[] => {
  const envelope = envelopeIn(document);
  const material = materialIn(document);
  // A trusted key may have signed the same bytes under another type.
  if (envelope === undefined || material === undefined || envelope.payloadType !== IN_TOTO) return [];
  const statement = Statement.safeParse(readable(envelope.payload)).data;
  if (statement === undefined) return [];
  const subjects = statement.subject.flatMap(({ digest }) => Sha256.safeParse(digest['sha256']).data ?? []);
  return [{ position, envelope, material, predicateType: statement.predicateType, subjects }];
};

const materialIn = (document: unknown): SigningMaterial | undefined => {
  if (!Object.hasOwn(Object(document), 'dsseEnvelope')) return 'key';
  const bundle = BundleMaterial.safeParse(document).data;
  return bundle === undefined ? undefined : materialOf(bundle);
};

/** A payload that cannot be read is one more that is left out, such as a bill of materials that is too long. */
const readable = (payload: Uint8Array): unknown => {
  try {
    return parseDocument(payload, ATTESTATIONS_MAX_BYTES);
  } catch {
    return undefined;
  }
};

/** What must be stated (by the type, compared letter by letter), about what, and by whom. */
export type AttestationDemand = SignerTrust & { readonly predicateType: string; readonly subject: Sha256 };

export type AttestationAnswer =
  | { readonly outcome: 'fulfilled'; readonly position: number; readonly by: TrustedSigner }
  | { readonly outcome: 'other_type' }
  | { readonly outcome: 'other_signer'; readonly problems: readonly string[] }
  | { readonly outcome: 'other_subject'; readonly by: TrustedSigner; readonly subjects: readonly Sha256[] };
export type TrustedSigner = Extract<EnvelopeSigner, { outcome: 'signed' }>;

/** Establishes which attestation fulfils a demand, or how near the nearest of them comes. */
export const answerDemand = ({ found }: Attestations, demand: AttestationDemand): AttestationAnswer => {
  const ofType = found.filter(({ predicateType }) => predicateType === demand.predicateType);
  if (ofType.length === 0) return { outcome: 'other_type' };
  const judged = ofType.map((attestation) => ({ attestation, signer: signerWithin(attestation, demand) }));
  const signed = judged.flatMap(({ attestation, signer }) =>
    signer.outcome === 'signed' ? [{ attestation, by: signer }] : [],
  );
  const about = signed.find(({ attestation }) => attestation.subjects.includes(demand.subject)) ?? signed[0];
  if (about === undefined)
    return { outcome: 'other_signer', problems: judged.flatMap(({ signer }) => problemOf(signer)) };
  const { position, subjects } = about.attestation;
  return subjects.includes(demand.subject)
    ? { outcome: 'fulfilled', position, by: about.by }
    : { outcome: 'other_subject', by: about.by, subjects };
};

const signerWithin = ({ envelope, material }: Attestation, demand: SignerTrust): EnvelopeSigner => {
  const { length } = envelope.signatures;
  return length > SIGNATURES_MAX
    ? { outcome: 'unusable', problem: `it has ${length} signatures; at most ${SIGNATURES_MAX} are tried` }
    : signerOf(envelope, material, demand);
};

const problemOf = (signer: EnvelopeSigner): string[] => (signer.outcome === 'unusable' ? [signer.problem] : []);
