/** SLSA Provenance v1 (https://slsa.dev/spec/v1.0/provenance): an in-toto statement, bare or in a DSSE envelope. */
import * as z from 'zod';
import { Sha256 } from '../../identifiers.ts';
import { parseDocument, readShape, refuseDocument } from '../documents/document.ts';
import { envelopeIn, readEnvelope } from '../documents/envelopes.ts';
import type { TrainingFacts } from '../training-provenance.ts';

const NAME = 'SLSA provenance';
/** The generators of SLSA write version 1 of the predicate into either version of the statement. */
const STATEMENT_TYPES = ['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1'] as const;
const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const STATEMENT_MAX_BYTES = 1_048_576;

const Digests = z.record(z.string(), z.unknown()).default({});
const Resource = z.object({ name: z.string().optional(), uri: z.string().optional(), digest: Digests });

const Provenance = z.object({
  _type: z.enum(STATEMENT_TYPES, `is not ${STATEMENT_TYPES.join(' or ')}`),
  /** Those without a digest that we compare are left out. */
  subject: z.array(z.object({ name: z.string().default(''), digest: Digests })).min(1, 'has no subject'),
  predicateType: z.literal(PREDICATE_TYPE, `is not ${PREDICATE_TYPE}`),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.string(),
      externalParameters: z.record(z.string(), z.unknown()),
      resolvedDependencies: z.array(Resource).default([]),
    }),
    runDetails: z.object({
      builder: z.object({ id: z.string().min(1) }),
      metadata: z.object({ invocationId: z.string().optional() }).optional(),
    }),
  }),
});

/** Reads the statement in a DSSE envelope or a Sigstore bundle. Its signature is not verified here. */
export const readSlsaEnvelope = (document: unknown): TrainingFacts => readSlsaStatement(payloadOf(document));

const payloadOf = (document: unknown): unknown => {
  const { payloadType, payload } = readEnvelope(document, NAME);
  if (payloadType !== PAYLOAD_TYPE) {
    return refuseDocument(NAME, [{ field: 'payloadType', problem: `is not ${PAYLOAD_TYPE}` }]);
  }
  return parseDocument(payload, STATEMENT_MAX_BYTES);
};

/**
 * Reads the provenance of an artifact out of several envelopes, one a line: the one that is about it, or else the first
 * provenance, so that the check says what it is about. Envelopes and statements of other kinds are left out.
 */
export const readSlsaLines = (documents: readonly unknown[], artifact: Sha256 | undefined): TrainingFacts => {
  const provenance = documents
    .flatMap(statementsIn)
    .filter((statement) => Object(statement).predicateType === PREDICATE_TYPE);
  const [first] = provenance;
  if (first === undefined) {
    const problem = `has ${documents.length} lines, and none is a statement of ${PREDICATE_TYPE}`;
    return refuseDocument(NAME, [{ field: 'document', problem }]);
  }
  return readSlsaStatement(provenance.find((statement) => isAbout(statement, artifact)) ?? first);
};

const statementsIn = (document: unknown): unknown[] => {
  const envelope = envelopeIn(document);
  if (envelope === undefined) return [document];
  return envelope.payloadType === PAYLOAD_TYPE ? [parseDocument(envelope.payload, STATEMENT_MAX_BYTES)] : [];
};

const About = z.object({ subject: z.array(z.object({ digest: z.object({ sha256: z.string() }).partial() })) });

const isAbout = (statement: unknown, artifact: Sha256 | undefined): boolean =>
  About.safeParse(statement).data?.subject.some(({ digest }) => digest.sha256 === artifact) === true;

/** Reads the subjects, the commits and the digests of the materials from a bare statement. */
export const readSlsaStatement = (document: unknown): TrainingFacts => {
  const { subject, predicate } = readShape(Provenance, document, NAME);
  const { resolvedDependencies, externalParameters } = predicate.buildDefinition;
  const repository = resolvedDependencies.find((resource) => commitOf(resource).length > 0)?.uri;
  const run = predicate.runDetails.metadata?.invocationId;
  return {
    format: 'an in-toto statement',
    subjects: subject.flatMap(({ name, digest }) => {
      const sha256 = Sha256.safeParse(digest['sha256']);
      return sha256.success ? [{ name, sha256: sha256.data }] : [];
    }),
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
    ...(repository === undefined ? {} : { repository }),
    ...(run === undefined ? {} : { run }),
  };
};

/** A commit is a `gitCommit` digest, or the `sha1` that builders gave a `git+` source before that name existed. */
const commitOf = ({ uri, digest }: z.infer<typeof Resource>): string[] => {
  const commit = digest['gitCommit'] ?? (uri?.startsWith('git+') ? digest['sha1'] : undefined);
  return typeof commit === 'string' ? [commit] : [];
};

const scalars = (parameters: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([key, value]) =>
      typeof value === 'object' || value === undefined ? [] : [[key, String(value)]],
    ),
  );
