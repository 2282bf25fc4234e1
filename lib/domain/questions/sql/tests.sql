SELECT occurred_at, release_id, model_version, event_type, stage, checks, checks_total, check_name, check_status,
  measured, threshold, attestation_sha256, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM history
WHERE release_id = {{release}}
  AND event_type IN ('stage_evaluated', 'check_reverified')
ORDER BY seq
