WITH asked AS (
  SELECT 'before' AS side, release_id, model
  FROM origins
  WHERE source = {{before}} AND relation = 'release'
  UNION ALL
  SELECT 'after' AS side, release_id, model
  FROM origins
  WHERE source = {{after}} AND relation = 'release'
)
SELECT occurred_at, event_type, history.release_id, history.model, model_version, artifact_sha256, artifact_version_id,
  evidence_digest, record_sha256, policy_sha256, git_commit, commit_author, trained_by, requested_by,
  training_dataset_sha256, image, serving_sha256, content_sha256, risk_tier, change_id, model_package_arn,
  approved_until, endpoint, endpoint_config, stage, checks, checks_total, pinned, side,
  leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM history
JOIN asked ON asked.model = history.model AND asked.release_id = history.release_id
WHERE event_type IN ('release_requested', 'evidence_pinned', 'model_registered', 'stage_evaluated',
    'evaluation_completed', 'release_approved', 'deployment_promoted')
ORDER BY side, seq
