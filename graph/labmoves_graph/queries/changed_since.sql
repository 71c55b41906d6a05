-- Which moves rest on something learnt after an instant?
SELECT DISTINCT m.id, m.person_id, m.event, m.organization_id FROM claim c
JOIN move_claim mc ON mc.claim_id = c.id
JOIN move m ON m.id = mc.move_id AND m.valid_from = mc.valid_from AND m.valid_to IS NULL
WHERE c.recorded_at > :since
ORDER BY 1
