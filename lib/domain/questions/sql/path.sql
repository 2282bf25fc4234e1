WITH told AS (
  SELECT occurred_at, seq, event_type, release_id, actor_id, actor_role, actor_auth, approval_state, reason, linked_incident,
    evidence_refs, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
  FROM history
  WHERE release_id = {{release}}
  UNION ALL
  SELECT occurred_at, seq, event_type, release_id, actor_id, actor_role, actor_auth, approval_state, reason, linked_incident,
    evidence_refs, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
  FROM history
  WHERE superseded = {{release}} AND event_type = 'deployment_promoted'
  UNION ALL
  SELECT occurred_at, seq, event_type, release_id, actor_id, actor_role, actor_auth, approval_state, reason, linked_incident,
    evidence_refs, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
  FROM history
  WHERE to_id = {{release}} AND event_type IN ('rollback_requested', 'rollback_executed')
)
SELECT occurred_at, event_type, release_id, actor_id, actor_role, actor_auth, approval_state, reason, linked_incident,
  evidence_refs, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM told
ORDER BY seq
