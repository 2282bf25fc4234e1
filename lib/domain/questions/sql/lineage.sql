WITH own AS (
  SELECT release_id, training_dataset_sha256, former_release, answers
  FROM history
  WHERE release_id = {{release}} AND event_type = 'release_requested'
),
related AS (
  SELECT release_id FROM own
  UNION
  SELECT former_release FROM own WHERE former_release <> ''
  UNION
  SELECT answers FROM own WHERE answers <> ''
  UNION
  SELECT release_id FROM history WHERE former_release = {{release}} AND event_type = 'release_requested'
  UNION
  SELECT release_id FROM history WHERE answers = {{release}} AND event_type = 'release_requested'
  UNION
  SELECT history.release_id
  FROM history
  JOIN own ON own.training_dataset_sha256 = history.training_dataset_sha256
  WHERE history.event_type = 'release_requested' AND history.training_dataset_sha256 > ''
  UNION
  SELECT history.release_id
  FROM history
  CROSS JOIN own
  WHERE own.training_dataset_sha256 <> '' AND strpos(history.trained_from, own.training_dataset_sha256) > 0
),
told AS (
  SELECT history.*, row_number() OVER (PARTITION BY history.release_id ORDER BY history.seq DESC) AS age
  FROM history
  WHERE release_id IN (SELECT release_id FROM related)
),
flips AS (
  SELECT history.*, row_number() OVER (PARTITION BY history.model ORDER BY history.seq DESC) AS age
  FROM history
  WHERE event_type IN ('deployment_promoted', 'rollback_executed')
    AND model IN (SELECT model FROM told)
)
SELECT occurred_at, event_type, release_id, model, model_version, approval_state, artifact_sha256, git_commit, git_ref,
  commit_author, trained_by, requested_by, training_dataset_sha256, training_dataset_ref, config_version,
  feature_schema_version, image, model_package_arn, former_release, answers, trained_from, superseded, from_id, to_id,
  endpoint, details, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM told
WHERE age = 1
  OR event_type = 'release_requested'
  OR (event_type = 'stage_evaluated' AND trained_from <> '')
  OR (release_id = {{release}} AND event_type IN ('evidence_pinned', 'model_registered'))
UNION
SELECT occurred_at, event_type, release_id, model, model_version, approval_state, artifact_sha256, git_commit, git_ref,
  commit_author, trained_by, requested_by, training_dataset_sha256, training_dataset_ref, config_version,
  feature_schema_version, image, model_package_arn, former_release, answers, trained_from, superseded, from_id, to_id,
  endpoint, details, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM flips
WHERE age = 1
  OR release_id IN (SELECT release_id FROM related)
  OR superseded IN (SELECT release_id FROM related)
  OR to_id IN (SELECT release_id FROM related)
ORDER BY leaf_index
