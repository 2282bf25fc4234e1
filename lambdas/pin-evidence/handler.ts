import { digestObject, keepEvidence } from '../../lib/adapters/s3-evidence-store.ts';
import { placeOf } from '../../lib/adapters/s3-objects.ts';
import { recordPinned } from '../../lib/domain/gate/stages.ts';
import type { Sha256 } from '../../lib/domain/identifiers.ts';
import { isRowLevel, rowsKeptUntil, rowsKey } from '../../lib/domain/release/evidence-copy.ts';
import { Pinned, type PinnedObject, type Release } from '../../lib/domain/release/release.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { releaseStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('PinEvidence', env.TABLE_NAME);
const mode = env.LOCK_MODE;
const keptIn = {
  bucket: env.EVIDENCE_BUCKET,
  accountId: env.ACCOUNT_ID,
  retention: { mode, days: env.EVIDENCE_RETENTION_DAYS },
};
const rowsDays = env.EVIDENCE_ROWS_RETENTION_DAYS || undefined;
const rowsKeptIn = { ...keptIn, retention: { mode, days: rowsDays ?? env.EVIDENCE_RETENTION_DAYS } };

export const handler = releaseStep(store, async (release) => {
  if (release.state === 'rejected') return 'rejected';
  if (release.pinned !== undefined) return 'pinned';
  const { artifact, evidence } = release.sources;
  const [artifactSha256, additionalModelData, ...kept] = await Promise.all([
    digestObject(artifact, env.ACCOUNT_ID),
    hashAdditionalData(release),
    ...Object.entries(evidence).map(
      async ([name, object]) => [name, await (isRowLevel(name) ? keepRows(object, release) : keep(object))] as const,
    ),
  ]);
  const pinned = Pinned.parse({
    artifactSha256,
    evidence: Object.fromEntries(kept),
    ...(additionalModelData.length === 0 ? {} : { additionalModelData }),
  });
  const { event } = await store.commit(recordPinned(release, pinned, now()), now());
  return event.approval_state === 'rejected' ? 'rejected' : 'pinned';
});

const keep = async (object: PinnedObject) => ({
  sha256: await keepEvidence(object, keptIn),
  sizeBytes: object.sizeBytes,
});

/** Rows about people have a retention of their own. It begins with the release, so a call that finds its copy there says what S3 keeps. */
const keepRows = async (object: PinnedObject, { releaseId, createdAt }: Release) => {
  const keyOf = (sha256: Sha256) => rowsKey(rowsDays, releaseId, sha256);
  const sha256 = await keepEvidence(object, { ...rowsKeptIn, keyOf });
  const copy = { sha256, sizeBytes: object.sizeBytes, key: keyOf(sha256) };
  return rowsDays === undefined ? copy : { ...copy, keptUntil: rowsKeptUntil(createdAt, rowsDays) };
};

/** What the manifest says a digest of is compared before people are asked; a locked copy is made only once they approved. */
const hashAdditionalData = ({ serving }: Release) =>
  Promise.all(
    (serving?.additional_model_data ?? [])
      .filter(({ sha256 }) => sha256 !== undefined)
      .map(async ({ channel_name, s3_uri: uri, version_id: versionId = '' }) => ({
        channel_name,
        sha256: await digestObject({ ...placeOf(uri), versionId }, env.ACCOUNT_ID),
      })),
  );
