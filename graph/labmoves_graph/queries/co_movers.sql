-- Who made the same hop within thirty days of somebody else?
SELECT a.person_id, b.person_id, a.from_organization, a.to_organization FROM transition a
JOIN transition b ON b.from_organization = a.from_organization AND b.to_organization = a.to_organization
  AND b.valid_to IS NULL AND b.earliest BETWEEN date(a.earliest, '-30 days') AND date(a.earliest, '+30 days')
JOIN move am ON am.id = a.arrival_id AND am.valid_to IS NULL AND am.status = 'confirmed'
JOIN move bm ON bm.id = b.arrival_id AND bm.valid_to IS NULL AND bm.status = 'confirmed'
WHERE a.valid_to IS NULL AND a.earliest = a.latest AND b.earliest = b.latest AND a.person_id < b.person_id
ORDER BY 1, 2, 3, 4
