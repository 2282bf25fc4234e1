WITH flips AS (
  SELECT at_ms AS from_ms, lead(at_ms) OVER (ORDER BY seq) AS next_ms, event_type AS flip, superseded AS fallback,
    leaf_index AS flip_leaf_index
  FROM history
  WHERE model = {{model}}
    AND event_type IN ('deployment_promoted', 'rollback_executed')
),
serving AS (
  SELECT CASE WHEN flip = 'deployment_promoted' THEN fallback ELSE '' END AS fallback, flip_leaf_index
  FROM flips
  WHERE from_ms <= {{at}} AND (next_ms IS NULL OR next_ms > {{at}})
)
SELECT history.occurred_at, history.event_type, history.release_id, history.model_version, history.approved_until,
  history.check_name, history.check_status, history.reason, history.outcome, history.to_id,
  serving.fallback, history.leaf_index, history.event_key,
  history.event_hash, history.bundle_key, history.bundle_version_id
FROM history
JOIN serving ON history.release_id = serving.fallback OR history.leaf_index = serving.flip_leaf_index
WHERE history.model = {{model}}
  AND history.at_ms <= {{at}}
  AND history.event_type IN ('deployment_promoted', 'rollback_executed', 'release_approved', 'governance_auto_renewed',
    'approval_suspended', 'approval_reinstated', 'model_package_rejected', 'model_package_settled',
    'check_reverified')
ORDER BY history.seq
