-- How many moved from each organization to each other one between two days?
SELECT t.from_organization, t.to_organization, count(*) FROM transition t
JOIN move a ON a.id = t.arrival_id AND a.valid_to IS NULL AND a.status = 'confirmed'
WHERE t.valid_to IS NULL
  AND (:since IS NULL OR t.date IS NOT NULL AND coalesce(t.latest, '9999-12-31') >= :since)
  AND (:until IS NULL OR t.date IS NOT NULL AND coalesce(t.earliest, '0001-01-01') <= :until)
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
