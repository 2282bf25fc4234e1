/** The gate as a route: anybody who may read may ask it, with a token or, as a machine, with a signature of AWS. */
import { Hono } from 'hono/tiny';
import * as z from 'zod';
import { isPassing } from '../../lib/adapters/aws-error.ts';
import { askGate, type GateReply, type GateWorld } from '../../lib/domain/gate/ask-gate.ts';
import type { GateClaim } from '../../lib/domain/gate/asked-release.ts';
import { ModelName, ReleaseId, Sha256 } from '../../lib/domain/identifiers.ts';
import { inTime } from '../../lib/domain/intake/patience.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import { Unavailable } from '../../lib/domain/refusal.ts';
import { assertReader, type Caller, callerOf } from '../../lib/runtime/api-door/caller.ts';
import { refuseNoRoute } from '../../lib/runtime/api-door/no-such-route.ts';
import { parseAsked } from '../../lib/runtime/api-door/parse-asked.ts';
import { problemOf } from '../../lib/runtime/api-door/problem.ts';
import { routedEvent } from '../../lib/runtime/api-door/routed-event.ts';
import { signerOf, whyNotSigner } from '../../lib/runtime/api-door/signer.ts';
import { type NoteRead, noteReads, readerOf, type WithAbout } from '../../lib/runtime/note-reads.ts';

export type Gate = GateWorld & {
  /** Who reads what is on record. */
  readonly noteRead: NoteRead;
  readonly directory: () => Promise<DirectoryRecord>;
  /** How long the gate waits for what it asks others, in milliseconds: without an answer of theirs there is none of its own. */
  readonly patienceMs: number;
};

type Known = { Variables: { caller: Caller } & WithAbout['Variables'] };

export const serveGate = (gate: Gate): Hono<Known> => {
  const app = new Hono<Known>();
  app.onError((error, context) => problemOf(error, context));
  refuseNoRoute(app);
  app.use(noteReads<Known>(gate.noteRead, (context) => readerOf(context.get('caller'))));
  const answer = async (query: unknown) => {
    const claim = claimOf(query);
    return whileThere(gate.patienceMs, () => askGate(claim, gate));
  };
  app.get('/v1/gate', async (context) => {
    const caller = callerOf(routedEvent(context.env, '/v1'), await gate.directory());
    assertReader(caller);
    context.set('caller', caller);
    const reply = await answer(context.req.query());
    context.set('about', reply.release?.releaseId);
    return context.json(viewOf(reply));
  });
  app.get('/iam/v1/gate', async (context) => {
    const why = whyNotSigner(signerOf(routedEvent(context.env, '/iam/v1'), await gate.directory()));
    if (why !== undefined) throw why;
    return context.json(viewOf(await answer(context.req.query())));
  });
  return app;
};

/** An outage is neither an allowance nor a denial. */
const whileThere = async <T>(patienceMs: number, ask: () => Promise<T>): Promise<T> => {
  try {
    return await inTime(AbortSignal.timeout(patienceMs), 'AWS', ask);
  } catch (cause) {
    if (!isPassing(cause)) throw cause;
    throw new Unavailable('a service that the gate asks did not answer; nothing was decided: ask again', { cause });
  }
};

const artifact_sha256 = Sha256.optional();
/** A release is named in one of two ways. A field that is misspelt must not be a question about something else. */
export const Question = z.union(
  [
    z.strictObject({ release: ReleaseId, artifact_sha256 }),
    z.strictObject({ model: ModelName, version: z.string().min(1).max(256), artifact_sha256 }),
  ],
  'must be release, or model and version, and artifact_sha256 (64 lower-case hexadecimal digits) if you have the bytes',
);

const claimOf = (query: unknown): GateClaim => {
  const needs = 'the gate is asked about one release';
  const { artifact_sha256: artifactSha256, ...asked } = parseAsked(Question, query, { whole: 'query', needs });
  const about =
    'release' in asked ? { releaseId: asked.release } : { modelName: asked.model, modelVersion: asked.version };
  return { about, artifactSha256 };
};

const viewOf = (reply: GateReply) => {
  const reasons = reply.reasons.map(({ rule, evidence, explanation }) => ({ rule, evidence, explanation }));
  const { decision, remedies } = reply;
  if (reply.release === undefined) return { decision, reasons, remedies };
  const { answer, subject, envelope } = reply;
  return {
    ...{ decision, reasons, remedies, question: answer.question, environment: answer.environment },
    ...{ release_id: answer.release_id, model_name: answer.model_name, model_version: answer.model_version },
    subject: { name: subject.name, sha256: subject.sha256, is: answer.subject },
    policy_sha256: reply.release.policySha256,
    inputs_sha256: answer.inputs_sha256,
    ...(answer.opened_by_break_glass && { opened_by_break_glass: answer.opened_by_break_glass }),
    verification_summary: envelope,
  };
};
