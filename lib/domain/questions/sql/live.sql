WITH flips AS (
  SELECT occurred_at, at_ms, seq, event_type, actor_id, reason, linked_incident, endpoint,
    leaf_index, event_key, event_hash, bundle_key, bundle_version_id,
    CASE WHEN event_type = 'rollback_executed' THEN to_id ELSE release_id END AS live_release,
    lead(occurred_at) OVER (ORDER BY seq) AS next_at,
    lead(at_ms) OVER (ORDER BY seq) AS next_ms
  FROM history
  WHERE model = {{model}}
    AND event_type IN ('deployment_promoted', 'rollback_executed')
),
versions AS (
  SELECT release_id, max(model_version) AS model_version
  FROM history
  WHERE model = {{model}}
    AND event_type IN ('release_requested', 'deployment_promoted')
  GROUP BY release_id
)
SELECT flips.occurred_at AS live_from, coalesce(flips.next_at, '') AS live_until,
  coalesce(versions.model_version, '') AS model_version, flips.live_release AS release_id,
  flips.event_type, flips.actor_id, flips.reason, flips.linked_incident, flips.endpoint,
  flips.leaf_index, flips.event_key, flips.event_hash, flips.bundle_key, flips.bundle_version_id
FROM flips
LEFT JOIN versions ON versions.release_id = flips.live_release
WHERE flips.at_ms <= {{to}}
  AND (flips.next_ms IS NULL OR flips.next_ms > {{from}})
ORDER BY flips.seq
