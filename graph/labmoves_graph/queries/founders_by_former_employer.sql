-- Who founded an organization after leaving which other?
SELECT t.from_organization, t.person_id, t.to_organization, t.id FROM transition t
JOIN move a ON a.id = t.arrival_id AND a.valid_to IS NULL
WHERE t.valid_to IS NULL AND a.event = 'founding' AND a.status = 'confirmed'
ORDER BY 1, 2, 4
