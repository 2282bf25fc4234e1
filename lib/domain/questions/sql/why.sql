SELECT occurred_at, event_type, actor_id, actor_role, acting_for, meaning, reason, outcome, reasons, conditions, checklist,
  required_roles, approved_until, evidence_digest, record_sha256, policy_sha256,
  leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM history
WHERE release_id = {{release}}
  AND event_type IN ('evaluation_completed', 'approval_requested', 'approval_escalated', 'approval_granted',
    'approval_denied', 'changes_requested', 'approval_withdrawn', 'approval_expired', 'approval_suspended',
    'approval_reinstated', 'condition_met', 'governance_auto_renewed', 'governance_not_renewed', 'release_approved',
    'promotion_refused', 'deployment_promoted', 'release_faulted')
ORDER BY seq
