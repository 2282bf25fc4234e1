SELECT occurred_at, changed, reason, policy_sha256, details,
  leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM history
WHERE model = '_configuration'
  AND event_type = 'configuration_changed'
  AND dt >= {{since}}
  AND dt <= {{until}}
ORDER BY seq
