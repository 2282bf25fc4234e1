WITH looks AS (
  SELECT occurred_at, seq, event_type, endpoint, endpoint_config, serves_since, variants, deviations,
    leaf_index, event_key, event_hash, bundle_key, bundle_version_id,
    CASE WHEN serves_since = '' THEN occurred_at ELSE serves_since END AS served_from,
    lag(serves_since) OVER (PARTITION BY endpoint ORDER BY seq) AS since_before
  FROM history
  WHERE model = {{model}}
    AND event_type IN ('serving_changed', 'serving_deviation_found', 'serving_deviation_ended')
),
periods AS (
  SELECT served_from, seq, event_type, endpoint, endpoint_config, variants, deviations,
    leaf_index, event_key, event_hash, bundle_key, bundle_version_id,
    lead(served_from) OVER (PARTITION BY endpoint ORDER BY seq) AS next_from
  FROM looks
  WHERE since_before IS NULL OR since_before <> serves_since
)
SELECT served_from, coalesce(next_from, '') AS served_until, endpoint, endpoint_config, variants, deviations,
  leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM periods
WHERE served_from <= {{to}}
  AND (next_from IS NULL OR next_from > {{from}})
ORDER BY endpoint, seq
