import { kmsPublicKey } from '../../lib/adapters/kms-signer.ts';
import { readEnvelope } from '../../lib/adapters/s3-envelope-store.ts';
import { attestationReasons } from '../../lib/domain/attestation/attested-stages.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { judgeRelease } from '../../lib/domain/gate/stages.ts';
import { endpointId } from '../../lib/domain/records/endpoint.ts';
import { contentSha256 } from '../../lib/domain/release/manifest.ts';
import { endpointNameOf } from '../../lib/domain/release/release.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { releaseStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('EvaluateGate', env.TABLE_NAME);
const { publicKeyPem } = kmsPublicKey(env.ATTESTATION_KEY_ID);

export const handler = releaseStep(store, async (release) => {
  // Approved already, and passing through again: it was validated before, and the next state reads the decision.
  if (release.state === 'approved') return 'validated';
  if (release.state === 'validated' || release.state === 'rejected') return release.state;
  const { releaseId, policySha256, modelName, state } = release;
  if (state !== 'draft') throw new Error(`could not judge ${releaseId}: it is ${state}`);
  // No stage commits any more, so that this is the end of the chain when the verdict is written.
  const head = store.head(modelName);
  const [{ policy }, checks, attestations, pointer, endpoint, content, key] = await Promise.all([
    requireFound(store.get('policy', policySha256), policySha256),
    readChecks(store, releaseId),
    store.list('attestation', releaseId),
    store.get('pointer', modelName),
    store.get('endpoint', endpointId(endpointNameOf(release))),
    store.get('content', contentSha256(release.manifest)),
    publicKeyPem(),
    head,
  ]);
  const envelopes = await Promise.all(attestations.map(async (kept) => ({ ...kept, bytes: await readEnvelope(kept) })));
  const unattested = attestationReasons({ release, policy, checks, envelopes, publicKeyPem: key });
  const facts = { release, policy, checks, attestationReasons: unattested, pointer, endpoint, content };
  const change = judgeRelease({ ...facts, now: now() });
  const { event } = await store.commit(expecting(change, pointer, endpoint, content, ...attestations), now(), head);
  return event.approval_state === 'validated' ? 'validated' : 'rejected';
});
