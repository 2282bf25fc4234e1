SELECT occurred_at, model_version, release_id, event_type, actor_id, actor_role, acting_for, meaning, reason, conditions,
  approved_until, evidence_digest, policy_sha256, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM history
WHERE model = {{model}}
  AND event_type IN ('approval_granted', 'approval_denied', 'changes_requested', 'governance_auto_renewed')
  AND dt >= {{since}}
  AND dt <= {{until}}
ORDER BY seq
