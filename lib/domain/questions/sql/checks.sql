WITH flips AS (
  SELECT at_ms AS from_ms, lead(at_ms) OVER (ORDER BY seq) AS next_ms,
    CASE WHEN event_type = 'rollback_executed' THEN to_id ELSE release_id END AS live_release
  FROM history
  WHERE model = {{model}}
    AND event_type IN ('deployment_promoted', 'rollback_executed')
)
SELECT occurred_at, release_id, model_version, event_type, stage, checks, checks_total, check_name, check_status,
  measured, threshold, attestation_sha256, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM history
WHERE model = {{model}}
  AND event_type IN ('stage_evaluated', 'check_reverified')
  AND at_ms <= {{at}}
  AND release_id IN (
    SELECT live_release FROM flips WHERE from_ms <= {{at}} AND (next_ms IS NULL OR next_ms > {{at}})
  )
ORDER BY seq
