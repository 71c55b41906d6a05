-- Who left an organization and came back to it?
SELECT DISTINCT former.person_id, former.organization_id FROM tenure former
JOIN tenure later ON later.person_id = former.person_id AND later.organization_id = former.organization_id
  AND later.id <> former.id AND later.valid_to IS NULL AND later.start IS NOT NULL
WHERE former.valid_to IS NULL AND former.ended AND former."end" IS NOT NULL
  AND coalesce(later.start_latest, '9999-12-31') >= coalesce(former.end_earliest, '0001-01-01')
ORDER BY 1, 2
