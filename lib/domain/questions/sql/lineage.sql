WITH named AS (
  SELECT release_id, model, relation, training_dataset_sha256, former_release, answers
  FROM origins
  WHERE source = {{release}}
),
releases AS (
  SELECT former_release AS source FROM named WHERE relation = 'release' AND former_release <> ''
  UNION
  SELECT answers FROM named WHERE relation = 'release' AND answers <> ''
),
snapshots AS (
  SELECT training_dataset_sha256 AS source
  FROM named
  WHERE relation = 'release' AND training_dataset_sha256 <> ''
),
related AS (
  SELECT release_id, model FROM named
  UNION
  SELECT origins.release_id, origins.model
  FROM origins
  JOIN releases ON releases.source = origins.source
  WHERE origins.relation = 'release'
  UNION
  SELECT origins.release_id, origins.model
  FROM origins
  JOIN snapshots ON snapshots.source = origins.source
  WHERE origins.relation IN ('training_dataset', 'data')
),
models AS (
  SELECT DISTINCT model FROM related
),
told AS (
  SELECT occurred_at, event_type, history.release_id, history.model, model_version, approval_state, artifact_sha256,
    git_commit, git_ref, commit_author, trained_by, requested_by, training_dataset_sha256, training_dataset_ref,
    config_version, feature_schema_version, image, model_package_arn, former_release, answers, trained_from, superseded,
    from_id, to_id, endpoint, pinned, seq, leaf_index, event_key, event_hash, bundle_key, bundle_version_id,
    related.release_id AS relative,
    CASE WHEN event_type IN ('deployment_promoted', 'rollback_executed') THEN 'yes' ELSE 'no' END AS flips
  FROM history
  JOIN models ON models.model = history.model
  LEFT JOIN related ON related.release_id = history.release_id
  WHERE related.release_id IS NOT NULL
    OR event_type IN ('deployment_promoted', 'rollback_executed')
),
newest AS (
  SELECT model, max(seq) AS seq FROM told WHERE relative IS NOT NULL GROUP BY model, release_id
  UNION
  SELECT model, max(seq) AS seq FROM told WHERE flips = 'yes' GROUP BY model
)
SELECT occurred_at, event_type, release_id, told.model, model_version, approval_state, artifact_sha256, git_commit, git_ref,
  commit_author, trained_by, requested_by, training_dataset_sha256, training_dataset_ref, config_version,
  feature_schema_version, image, model_package_arn, former_release, answers, trained_from, superseded, from_id, to_id,
  endpoint, pinned, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM told
LEFT JOIN newest ON newest.model = told.model AND newest.seq = told.seq
WHERE newest.seq IS NOT NULL
  OR (relative IS NOT NULL AND (flips = 'yes'
    OR event_type = 'release_requested'
    OR (event_type = 'stage_evaluated' AND trained_from <> '')
    OR (release_id = {{release}} AND event_type IN ('evidence_pinned', 'model_registered'))))
  OR (flips = 'yes' AND (superseded IN (SELECT release_id FROM related)
    OR to_id IN (SELECT release_id FROM related)))
ORDER BY leaf_index
