-- What happened to a person, in order, the undated last?
SELECT date, event, organization_id, status, verdict, independent_sources, id FROM move
WHERE valid_to IS NULL AND person_id = :person AND verdict <> 'denied'
ORDER BY date IS NULL, coalesce(earliest, '0001-01-01'), id
