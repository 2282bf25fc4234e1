/** SLSA Provenance v1 (https://slsa.dev/spec/v1.0/provenance): an in-toto statement, bare or in a DSSE envelope. */
import * as z from 'zod';
import { Sha256 } from '../../identifiers.ts';
import { parseDocument, readShape } from '../documents/document.ts';
import type { TrainingFacts } from '../training-provenance.ts';

const NAME = 'SLSA provenance';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const STATEMENT_MAX_BYTES = 1_048_576;

const Digests = z.record(z.string(), z.string()).default({});
const Resource = z.object({ name: z.string().optional(), uri: z.string().optional(), digest: Digests });

const Provenance = z.object({
  _type: z.literal(STATEMENT_TYPE, `is not ${STATEMENT_TYPE}`),
  subject: z.array(z.object({ name: z.string().default(''), digest: z.object({ sha256: Sha256 }) })).min(1),
  predicateType: z.literal(PREDICATE_TYPE, `is not ${PREDICATE_TYPE}`),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.string(),
      externalParameters: z.record(z.string(), z.unknown()),
      resolvedDependencies: z.array(Resource).default([]),
    }),
    runDetails: z.object({ builder: z.object({ id: z.string().min(1) }) }),
  }),
});

/** An envelope may have further members; only the payload is signed. */
const Envelope = z.object({
  payloadType: z.literal(PAYLOAD_TYPE, `is not ${PAYLOAD_TYPE}`),
  payload: z.base64(),
});
const Bundle = z.object({ dsseEnvelope: Envelope });

/** Reads the statement in a DSSE envelope or a Sigstore bundle. Its signature is not verified here. */
export const readSlsaEnvelope = (document: unknown): TrainingFacts => {
  const isBundle = typeof document === 'object' && document !== null && 'verificationMaterial' in document;
  const { payload } = isBundle ? readShape(Bundle, document, NAME).dsseEnvelope : readShape(Envelope, document, NAME);
  return readSlsaStatement(parseDocument(Buffer.from(payload, 'base64'), STATEMENT_MAX_BYTES));
};

/** Reads the subjects, the commits and the digests of the materials from a bare statement. */
export const readSlsaStatement = (document: unknown): TrainingFacts => {
  const { subject, predicate } = readShape(Provenance, document, NAME);
  const { resolvedDependencies, externalParameters } = predicate.buildDefinition;
  return {
    format: 'an in-toto statement',
    subjects: subject.map(({ name, digest }) => ({ name, sha256: digest.sha256 })),
    gitCommits: [...new Set(resolvedDependencies.flatMap(commitOf))],
    materials: resolvedDependencies.flatMap(({ name, uri, digest }, index) => {
      const sha256 = Sha256.safeParse(digest['sha256']);
      if (!sha256.success) return [];
      return [
        { name: name ?? uri ?? `dependency ${index}`, ...(uri === undefined ? {} : { uri }), sha256: sha256.data },
      ];
    }),
    parameters: scalars(externalParameters),
    builder: predicate.runDetails.builder.id,
  };
};

/** A commit is a `gitCommit` digest, or the `sha1` that builders gave a `git+` source before that name existed. */
const commitOf = ({ uri, digest }: z.infer<typeof Resource>): string[] => {
  const commit = digest['gitCommit'] ?? (uri?.startsWith('git+') ? digest['sha1'] : undefined);
  return commit === undefined ? [] : [commit];
};

const scalars = (parameters: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([key, value]) =>
      typeof value === 'object' || value === undefined ? [] : [[key, String(value)]],
    ),
  );
