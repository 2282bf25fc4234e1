/** Renewals of approvals as events of a ledger, signed. */
import type { EventDraft } from '../../lib/domain/ledger/event.ts';
import { APPROVAL_RENEWAL_TYPE } from '../../lib/domain/records/approval-renewal.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { envelopeBytes } from '../../lib/domain/signing/envelope.ts';
import { STATEMENT_TYPE, type Statement } from '../../lib/domain/signing/statement.ts';
import { aDraft } from '../domain/ledger/a-ledger.ts';
import { RENEWAL_KEY } from './a-renewal.ts';
import type { TestKey } from './decision-key.ts';
import { secondOf } from './signed-drafts.ts';

/** Where the release of the ledgers of the tests ends, and where it may end then. */
export const END = '2027-02-18T00:00:00.000Z';
export const NEXT = '2027-05-09T00:00:00.000Z';
const COMPARED = [
  { input: 'policy', value: 'b'.repeat(64) },
  { input: 'artifact', value: `${'a'.repeat(64)}@v1` },
];

type Changes = {
  readonly key?: TestKey;
  /** What was signed, where that differs from what the event says. */
  readonly stated?: object;
  readonly statement?: Partial<Statement>;
  readonly details?: EventDraft['details'];
};

/** The draft of a renewal in production, with its proof, made at this second. */
export const renewedDraft = (
  second: number,
  { key = RENEWAL_KEY, stated = {}, statement = {}, details = {} }: Changes = {},
): EventDraft => {
  const draft = aDraft({ event_type: 'governance_auto_renewed', approval_state: 'production' });
  const envelope = key.seal({
    _type: STATEMENT_TYPE,
    subject: [{ name: 's3://models/model.tar.gz', digest: { sha256: draft.subject.artifact_sha256 as never } }],
    predicateType: APPROVAL_RENEWAL_TYPE,
    predicate: {
      schema_version: 1,
      ...{ release_id: draft.release_id, model_name: draft.model_name, model_version: draft.model_version },
      ...{ evidence_digest: draft.subject.evidence_digest, policy_sha256: draft.policy_sha256 },
      ...{ renewed_at: secondOf(second), approved_until_before: END, approved_until: NEXT, compared: COMPARED },
      ...stated,
    },
    ...statement,
  });
  return {
    ...draft,
    details: {
      ...{ approved_until_before: END, approved_until: NEXT, key_id: key.signer.keyId },
      ...{ attestation_sha256: sha256(envelopeBytes(envelope)), envelope, compared: COMPARED },
      ...details,
    },
  };
};
