SELECT coalesce(max(leaf_index), -1) + 1 AS entries, coalesce(max(occurred_at), '') AS until
FROM history
