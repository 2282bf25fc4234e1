SELECT occurred_at, model, model_version, release_id, event_type, actor_id, actor_role, reason, linked_incident,
  from_id, to_id, operators_needed, leaf_index, event_key, event_hash, bundle_key, bundle_version_id
FROM history
WHERE event_type IN ('rollback_requested', 'rollback_refused', 'rollback_executed', 'endpoint_restored',
    'endpoint_not_restored', 'hold_consented', 'hold_consent_refused', 'hold_released')
  AND ({{incident}} = '' OR linked_incident = {{incident}})
  AND ({{model}} = '' OR model = {{model}})
  AND dt >= {{since}}
  AND dt <= {{until}}
ORDER BY at_ms, leaf_index
