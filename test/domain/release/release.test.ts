import { describe, expect, it } from 'vitest';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { ReleaseState } from '../../../lib/domain/release/lifecycle.ts';
import { Release, requireEstablished, transition } from '../../../lib/domain/release/release.ts';
import { releaseEvent } from '../../../lib/domain/release/release-event.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { refusalCodeOf } from '../../support/refusals.ts';
import { approved, draft, validated } from '../../support/release-life.ts';

const LATER = plusMilliseconds(NOW, 1000);

describe('a transition', () => {
  it('takes back what people approved only if it was withdrawn', async () => {
    const reasons = (rule: string, evidence = '') => [{ rule, evidence, explanation: 'why' }];
    const withdrawn = reasons('withdrawn', approved.approvalRequestId);

    expect(transition(approved, 'rejected', LATER, { reasons: withdrawn }).state).toBe('rejected');
    const late = () => transition(approved, 'rejected', LATER, { reasons: reasons('artifact_sha256') });
    expect(await refusalCodeOf(late)).toBe('IllegalTransition');
    // A custom check may have this name.
    const byCheck = () => transition(approved, 'rejected', LATER, { reasons: reasons('withdrawn') });
    expect(await refusalCodeOf(byCheck)).toBe('IllegalTransition');
  });

  it('changes the state, the instant and the given fields, and nothing else', () => {
    const next = transition(validated, 'approved', LATER, { recordUri: 's3://evidence/record' });

    expect(next).toEqual({ ...validated, state: 'approved', updatedAt: LATER, recordUri: 's3://evidence/record' });
  });

  it('keeps the version that was read: the store counts it on', () => {
    expect(transition(validated, 'rejected', LATER).version).toBe(validated.version);
  });

  it('is refused where the table does not allow it', async () => {
    expect(await refusalCodeOf(() => transition(draft, 'production', LATER))).toBe('IllegalTransition');
  });

  it('is refused from a state that only another version knows, to every state', async () => {
    const paused = Release.parse({ ...draft, state: 'paused' });

    for (const state of ReleaseState.options) {
      expect(await refusalCodeOf(() => transition(paused, state, LATER))).toBe('IllegalTransition');
    }
  });
});

describe('what a release has by now', () => {
  it('is answered', () => {
    expect(requireEstablished(approved, 'recordUri')).toBe(approved.recordUri);
  });

  it('is a fault when it is not there', () => {
    expect(() => requireEstablished(draft, 'pinned')).toThrow('release mortgage-1-2-0 is draft but has no pinned');
  });
});

describe('the event of a release', () => {
  const actor = { id: 'ada', role: 'ml_lead', auth: 'signed_link' };

  it('says what it is about from the release itself', () => {
    const event = releaseEvent(approved, actor, {
      event_type: 'release_approved',
      idempotency_key: 'k',
      reason: 'why',
    });

    expect(event).toEqual({
      event_type: 'release_approved',
      release_id: 'mortgage-1-2-0',
      model_name: 'mortgage-approval',
      model_version: '1.2.0',
      actor_id: 'ada',
      actor_role: 'ml_lead',
      actor_auth: 'signed_link',
      approval_state: 'approved',
      meaning: '',
      reason: 'why',
      subject: {
        artifact_sha256: digestOf('artifact'),
        artifact_version_id: 'v-model',
        evidence_digest: approved.evidenceDigest,
        record_sha256: digestOf('record'),
      },
      policy_sha256: approved.policySha256,
      evidence_refs: [],
      details: {},
      linked_incident: '',
      idempotency_key: 'k',
    });
  });

  it('leaves empty what is not there yet', () => {
    const { subject } = releaseEvent(draft, actor, { event_type: 'release_requested', idempotency_key: 'k' });

    expect(subject).toEqual({
      artifact_sha256: '',
      artifact_version_id: 'v-model',
      evidence_digest: '',
      record_sha256: '',
    });
  });
});
