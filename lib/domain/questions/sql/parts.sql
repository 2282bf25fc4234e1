SELECT occurred_at, event_type, release_id, model, model_version, artifact_sha256, artifact_version_id, evidence_digest,
  record_sha256, policy_sha256, git_commit, commit_author, trained_by, requested_by, training_dataset_sha256, image,
  serving_sha256, content_sha256, risk_tier, change_id, model_package_arn, approved_until, endpoint, endpoint_config,
  pinned, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM history
WHERE release_id = {{release}}
  AND event_type IN ('release_requested', 'evidence_pinned', 'model_registered', 'evaluation_completed',
    'release_approved', 'deployment_promoted')
ORDER BY seq
