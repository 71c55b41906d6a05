-- Which moves do most independent sources state?
SELECT id, person_id, event, organization_id, independent_sources FROM move
WHERE valid_to IS NULL ORDER BY independent_sources DESC, id LIMIT 50
