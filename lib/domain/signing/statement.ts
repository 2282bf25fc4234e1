import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { type CanonicalValue, canonicalJson } from './canonical-json.ts';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/** An in-toto Statement v1: what is claimed (the predicate) of which bytes (the subjects). */
export const Statement = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.object({ name: z.string().min(1), digest: z.object({ sha256: Sha256 }) })).min(1),
  predicateType: z.string().min(1),
  predicate: z.record(z.string(), z.unknown()),
});
export type Statement = z.infer<typeof Statement>;

/**
 * The bytes of a statement that are signed. Verification reads these bytes and never serialises the statement again.
 */
export const statementBytes = (statement: Statement): Uint8Array =>
  canonicalJson(Statement.parse(statement) as unknown as CanonicalValue);
