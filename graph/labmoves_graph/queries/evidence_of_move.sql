-- What exactly is a move known from?
SELECT c.id, c.status, c.quote, nullif(a.url, ''), nullif(c.source_url, '') FROM move m
JOIN move_claim mc ON mc.move_id = m.id AND mc.valid_from = m.valid_from
JOIN claim c ON c.id = mc.claim_id
JOIN article a ON a.graph = c.graph AND a.invalidated_at IS NULL
WHERE m.id = :move AND m.valid_to IS NULL
ORDER BY 1
