-- Who went from one organization to a second and on to a third?
SELECT a.person_id, a.from_organization, a.to_organization, b.to_organization, a.id, b.id FROM transition a
JOIN transition b ON b.person_id = a.person_id AND b.from_organization = a.to_organization AND b.id <> a.id
  AND b.valid_to IS NULL
JOIN move am ON am.id = a.arrival_id AND am.valid_to IS NULL AND am.status = 'confirmed'
JOIN move bm ON bm.id = b.arrival_id AND bm.valid_to IS NULL AND bm.status = 'confirmed'
WHERE a.valid_to IS NULL AND a.date IS NOT NULL AND b.date IS NOT NULL
  AND coalesce(b.latest, '9999-12-31') >= coalesce(a.latest, '9999-12-31')
ORDER BY 1, 5, 6
