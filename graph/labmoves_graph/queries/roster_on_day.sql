-- Who was, or may have been, at an organization on a day?
SELECT person_id, role,
       CASE WHEN start IS NOT NULL AND coalesce(start_latest, '9999-12-31') <= :on
             AND (NOT ended OR ("end" IS NOT NULL AND coalesce(end_earliest, '0001-01-01') > :on))
            THEN 'certain' ELSE 'possible' END, id
FROM tenure
WHERE valid_to IS NULL AND organization_id = :organization
  AND (start IS NULL OR coalesce(start_earliest, '0001-01-01') <= :on)
  AND (NOT ended OR "end" IS NULL OR coalesce(end_latest, '9999-12-31') >= :on)
ORDER BY 1, 4
