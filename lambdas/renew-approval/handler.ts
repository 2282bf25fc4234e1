import * as z from 'zod';
import { kmsPublicKey, kmsSigner } from '../../lib/adapters/kms-signer.ts';
import { signAndKeepWhole } from '../../lib/adapters/s3-envelope-store.ts';
import { findNewest } from '../../lib/adapters/s3-evidence-store.ts';
import { askRenewal } from '../../lib/domain/gate/ask-renewal.ts';
import { ReleaseId } from '../../lib/domain/identifiers.ts';
import { APPROVAL_RENEWAL } from '../../lib/domain/records/approval-renewal.ts';
import { ASSAY } from '../../lib/domain/release/release-event.ts';
import { now } from '../../lib/runtime/clock.ts';
import { clausesAt, directoryAt, policiesAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { renewalReader } from '../../lib/runtime/kept-renewal.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { findServed } from '../../lib/runtime/served.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('RenewApproval', env.TABLE_NAME);
const retention = { mode: env.LOCK_MODE, days: env.EVIDENCE_RETENTION_DAYS };
const by = { signer: kmsSigner(env.ATTESTATION_KEY_ID), lockedIn: { bucket: env.EVIDENCE_BUCKET, retention } };
const world = {
  store,
  policies: policiesAt(env),
  directory: directoryAt(env),
  clauses: clausesAt(env),
  newestOf: findNewest(env.ACCOUNT_ID),
  findDepartures: async (release: Parameters<typeof findServed>[0]) => (await findServed(release, env)).departures,
  decisionKeyPem: kmsPublicKey(env.DECISION_KEY_ID).publicKeyPem,
  readRenewal: renewalReader(store, kmsPublicKey(env.ATTESTATION_KEY_ID).publicKeyPem),
  sign: (statement: Uint8Array, release: Parameters<typeof findServed>[0]) =>
    signAndKeepWhole(statement, release, { attestationOf: APPROVAL_RENEWAL }, by),
  now,
};

/** Only other Lambdas of ours may call it: the dispatcher when a renewal is due, and the API when an operator asks. */
const Question = z.strictObject({
  releaseId: ReleaseId,
  act: z.enum(['look', 'renew', 'due']),
  actor: z.strictObject({ id: z.string().min(1), role: z.string().min(1), auth: z.string().min(1) }).default(ASSAY),
});

export const handler = governedHandler(Question, async (claim) => {
  const { outcome, reasons, compared, approvedUntil, release } = await askRenewal(claim, world);
  return { outcome, reasons, compared, approvedUntil, approvedUntilBefore: release.approvedUntil };
});
