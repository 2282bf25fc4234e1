import * as z from 'zod';
import { s3LegalHolds } from '../../lib/adapters/s3-legal-holds.ts';
import { keepLegalHolds } from '../../lib/domain/change/keep-legal-holds.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { releaseReaderOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseReaderOf(env.TABLE_NAME);
const put = s3LegalHolds({ audit: env.AUDIT_BUCKET, evidence: env.EVIDENCE_BUCKET, copies: env.LOCKED_COPIES_BUCKET });

/** When a hold is set or lifted, and every six hours: sooner than any object that came meanwhile can lose its retention. */
export const handler = governedHandler(z.unknown(), () => keepLegalHolds({ store, put, now }));
