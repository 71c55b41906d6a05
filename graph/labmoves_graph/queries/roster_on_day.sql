-- Who was, or may have been, at an organization on a day?
SELECT n.person_id, n.role,
       CASE WHEN n.start IS NOT NULL AND coalesce(n.start_latest, '9999-12-31') <= :on
             AND (NOT n.ended OR (n."end" IS NOT NULL AND coalesce(n.end_earliest, '0001-01-01') > :on))
            THEN 'certain' ELSE 'possible' END, n.id
FROM tenure n LEFT JOIN organization o ON o.id = n.organization_id
WHERE n.valid_to IS NULL
  AND n.organization_id IN (SELECT organization_id FROM organization_line WHERE ancestor_id = :organization AND part = 1)
  AND CASE WHEN n.start IS NOT NULL THEN coalesce(n.start_earliest, '0001-01-01') <= :on
           ELSE o.founded IS NULL OR o.founded <= :on END
  AND (NOT n.ended OR n."end" IS NULL OR coalesce(n.end_latest, '9999-12-31') >= :on)
ORDER BY 1, 4
