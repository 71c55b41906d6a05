-- Where did those go, or plan to go, who left an organization between two days?
SELECT t.person_id, d.date, t.to_organization, a.date, a.status FROM transition t
JOIN move d ON d.id = t.departure_id AND d.valid_to IS NULL
JOIN move a ON a.id = t.arrival_id AND a.valid_to IS NULL
WHERE t.valid_to IS NULL AND d.event = 'departure'
  AND t.from_organization IN (SELECT organization_id FROM organization_line WHERE ancestor_id = :organization AND part = 1)
  AND (:since IS NULL OR d.date IS NOT NULL AND coalesce(d.latest, '9999-12-31') >= :since)
  AND (:until IS NULL OR d.date IS NOT NULL AND coalesce(d.earliest, '0001-01-01') <= :until)
ORDER BY 1, 3, 2
