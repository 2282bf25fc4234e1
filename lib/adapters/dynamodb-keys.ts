/** Where each entity lives in the single table, and what else it is found by. */
import type { DueIntent, Entity } from '../domain/change/change.ts';
import { unreachable } from '../domain/refusal.ts';

type Key = { readonly pk: string; readonly sk: string };

export const releaseKey = (releaseId: string): Key => ({ pk: `RELEASE#${releaseId}`, sk: 'META' });
export const checkPrefix = 'CHECK#';
export const attestationPrefix = 'ATTESTATION#';
export const approvalPrefix = 'APPROVAL#';
export const outcomesKey = (releaseId: string): Key => ({ pk: `RELEASE#${releaseId}`, sk: 'OUTCOMES' });
export const contentKey = (sha256: string): Key => ({ pk: `CONTENT#${sha256}`, sk: 'META' });
export const refusalKey = (refusalId: string): Key => ({ pk: `REFUSAL#${refusalId}`, sk: 'META' });
export const requestKey = (requestId: string): Key => ({ pk: `REQUEST#${requestId}`, sk: 'META' });
export const policyKey = (sha256: string): Key => ({ pk: `POLICY#${sha256}`, sk: 'META' });
export const configurationKey: Key = { pk: 'CONFIGURATION', sk: 'META' };
export const rollbackKey = (rollbackId: string): Key => ({ pk: `ROLLBACK#${rollbackId}`, sk: 'META' });
export const keyRotationKey = (rotationId: string): Key => ({ pk: `ROTATION#${rotationId}`, sk: 'META' });
export const pointerKey = (modelName: string): Key => ({ pk: `MODEL#${modelName}`, sk: 'PRODUCTION' });
export const servedVersionsKey = (modelName: string): Key => ({ pk: `MODEL#${modelName}`, sk: 'VERSIONS' });
export const headKey = (model: string): Key => ({ pk: `MODEL#${model}`, sk: 'HEAD' });
export const eventPrefix = 'EVENT#';
export const eventItemKey = (model: string, seq: number): Key => ({
  pk: `MODEL#${model}`,
  sk: `${eventPrefix}${String(seq).padStart(12, '0')}`,
});

/** The key of an entity. */
export const entityKey = (entity: Entity): Key => {
  switch (entity.entity) {
    case 'release':
      return releaseKey(entity.releaseId);
    case 'content':
      return contentKey(entity.contentSha256);
    case 'refusal':
      return refusalKey(entity.refusalId);
    case 'check':
      return { pk: `RELEASE#${entity.releaseId}`, sk: `${checkPrefix}${entity.stage}#${entity.name}` };
    case 'attestation':
      return { pk: `RELEASE#${entity.releaseId}`, sk: `${attestationPrefix}${entity.stage}` };
    case 'outcomes':
      return outcomesKey(entity.releaseId);
    case 'approval':
      return { pk: `RELEASE#${entity.releaseId}`, sk: `${approvalPrefix}${entity.approverId}` };
    case 'request':
      return requestKey(entity.requestId);
    case 'pointer':
      return pointerKey(entity.modelName);
    case 'served_versions':
      return servedVersionsKey(entity.modelName);
    case 'rollback':
      return rollbackKey(entity.rollbackId);
    case 'key_rotation':
      return keyRotationKey(entity.rotationId);
    case 'policy':
      return policyKey(entity.policySha256);
    case 'configuration':
      return configurationKey;
    default:
      return unreachable(entity);
  }
};

/** What an entity is found by, besides its key: the attributes of the sparse indexes. */
export const indexAttributes = (entity: Entity): Record<string, string> => {
  if (entity.entity === 'release') {
    return {
      gsi_state_pk: `STATE#${entity.state}`,
      gsi_state_sk: entity.updatedAt,
      ...(entity.modelPackageArn === undefined ? {} : { model_package_arn: entity.modelPackageArn }),
    };
  }
  if (entity.entity === 'refusal') return { gsi_state_pk: 'REFUSALS', gsi_state_sk: entity.receivedAt };
  return {};
};

/** Spreads the outbox, so that no one partition takes every write. */
export const OUTBOX_SHARDS = 4;
export const dueShard = (shard: number): string => `DUE#${shard}`;

/** An outbox row is named by the event that it belongs to: the same change can never note the same intent twice. */
export const outboxItem = (model: string, seq: number, index: number, due: DueIntent, now: string) => {
  const shard = (seq + index) % OUTBOX_SHARDS;
  return {
    pk: `OUTBOX#${shard}`,
    sk: `${model}#${String(seq).padStart(12, '0')}#${index}`,
    intent: due.intent,
    attempts: 0,
    due_shard: dueShard(shard),
    due_at: due.dueAt ?? now,
  };
};
