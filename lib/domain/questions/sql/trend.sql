SELECT substr(dt, 1, 7) AS month, count(*) AS entries,
  CAST(sum(CASE WHEN event_type = 'release_requested' THEN 1 ELSE 0 END) AS BIGINT) AS requested,
  CAST(sum(CASE WHEN event_type = 'evaluation_completed' AND outcome = 'deny' THEN 1 ELSE 0 END) AS BIGINT) AS rejected,
  CAST(sum(CASE WHEN event_type = 'approval_denied' THEN 1 ELSE 0 END) AS BIGINT) AS denied,
  CAST(sum(CASE WHEN event_type = 'release_approved' THEN 1 ELSE 0 END) AS BIGINT) AS approved,
  CAST(sum(CASE WHEN event_type = 'deployment_promoted' THEN 1 ELSE 0 END) AS BIGINT) AS promoted,
  CAST(sum(CASE WHEN event_type = 'promotion_refused' THEN 1 ELSE 0 END) AS BIGINT) AS refused,
  CAST(sum(CASE WHEN event_type = 'rollback_executed' THEN 1 ELSE 0 END) AS BIGINT) AS rolled_back,
  CAST(sum(CASE WHEN event_type IN ('serving_deviation_found', 'ungoverned_endpoint_found', 'model_package_drifted',
    'model_package_rejected') THEN 1 ELSE 0 END) AS BIGINT) AS deviations,
  CAST(sum(CASE WHEN event_type = 'approval_expired' THEN 1 ELSE 0 END) AS BIGINT) AS expired,
  min(leaf_index) AS leaf_index, max(leaf_index) AS last_leaf_index
FROM history
WHERE ({{model}} = '' OR model = {{model}})
  AND dt >= {{since}}
  AND dt <= {{until}}
GROUP BY substr(dt, 1, 7)
ORDER BY substr(dt, 1, 7)
