-- Which reasons are stated for leaving an organization?
SELECT r.category, count(DISTINCT m.id) FROM move m
JOIN move_reason r ON r.move_id = m.id AND r.valid_from = m.valid_from
WHERE m.valid_to IS NULL AND m.event = 'departure' AND m.organization_id IN
  (SELECT organization_id FROM organization_line WHERE ancestor_id = :organization AND part = 1)
GROUP BY 1 ORDER BY 2 DESC, 1
