-- Which announced moves should have happened by a day, and nobody says that they did?
SELECT id, person_id, event, organization_id, date FROM move
WHERE valid_to IS NULL AND verdict = 'planned' AND latest < :on
ORDER BY 1
