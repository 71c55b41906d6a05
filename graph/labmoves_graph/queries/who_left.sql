-- Who left an organization between two days, as a matter of fact?
SELECT person_id, date, verdict, id FROM move
WHERE valid_to IS NULL AND event = 'departure' AND status = 'confirmed'
  AND organization_id IN (SELECT organization_id FROM organization_line WHERE ancestor_id = :organization AND part = 1)
  AND (:since IS NULL OR date IS NOT NULL AND coalesce(latest, '9999-12-31') >= :since)
  AND (:until IS NULL OR date IS NOT NULL AND coalesce(earliest, '0001-01-01') <= :until)
ORDER BY 1, 4
