/** What a change leaves in the ledger besides its event: the rows that it wrote (docs/formats/recorded-rows.md). */
import type { EventDraft } from '../ledger/event.ts';
import type { ApprovalRequest } from '../records/approval.ts';
import type { Release } from '../release/release.ts';
import { withoutValues } from '../release/serving-specification.ts';
import { jsonLine, sha256 } from '../signing/canonical-json.ts';
import type { Change, DueIntent, Write } from './change.ts';
import { type Entity, keyOf } from './kinds.ts';

export type Recorded = {
  /** The event of the change, which binds the line by its digest. */
  readonly event: EventDraft;
  /** One line of JSON, without a newline. */
  readonly line: Uint8Array;
};

/** The change as the ledger keeps it: whoever has its event can tell whether a line is what the change wrote. */
export const recordChange = ({ event, writes, intents }: Change): Recorded => {
  const line = jsonLine({ rows: writes.flatMap(rowsOf), due: intents.flatMap(dueLater) });
  return { event: { ...event, details: { ...event.details, rows_sha256: sha256(line) } }, line };
};

/** The row as it is stored afterwards, but for what is no evidence: it would be of use to a thief, or is of this one table. */
const rowsOf = ({ kind, entity, inLedger }: Write): object[] => {
  if (kind === 'expect') return [];
  const { partition: pk, sort: sk } = keyOf(entity);
  const version = kind === 'create' ? 1 : entity.version + 1;
  return [{ pk, sk, ...withoutSecrets(entity), ...inLedger, version }];
};

/** The ledger is kept for ever, and read by more people than the table. */
const withoutSecrets = (entity: Entity): object => {
  if (entity.entity === 'request') return withoutTokens(entity);
  if (entity.entity === 'release') return withoutVariables(entity);
  return entity;
};

/**
 * Anyone who holds the token of a request and may call Step Functions can resume its machine, and the nonce of an invitation is in a link
 * that decides. Both end with the execution that they were made for.
 */
const withoutTokens = ({ taskToken: _, invitations, ...request }: ApprovalRequest): object => ({
  ...request,
  invitations: invitations.map(({ nonce: _nonce, ...invitation }) => invitation),
});

/**
 * Of the environment of a container only names, as everywhere else. The values are in the model package, too. And no `execution`: each
 * table that is rebuilt begins one of its own.
 */
const withoutVariables = ({ serving, manifest, execution: _, ...release }: Release): object => ({
  ...release,
  manifest: { ...manifest, deployment: { ...manifest.deployment, ...variablesOf(manifest.deployment) } },
  ...(serving === undefined ? {} : { serving: withoutValues(serving) }),
});

const variablesOf = (deployment: object): object =>
  'environment' in deployment && deployment.environment instanceof Object
    ? { environment: Object.keys(deployment.environment).sort() }
    : {};

/** What is due at once happens at once. What is due later is as much a part of the state as a row. */
const dueLater = ({ intent, dueAt }: DueIntent): object[] => (dueAt === undefined ? [] : [{ intent, dueAt }]);
