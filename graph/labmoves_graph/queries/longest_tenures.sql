-- Which closed stays were the longest, in months?
SELECT person_id, organization_id, start, "end",
       (substr(end_latest, 1, 4) - substr(start_earliest, 1, 4)) * 12
       + substr(end_latest, 6, 2) - substr(start_earliest, 6, 2) AS months, id
FROM tenure
WHERE valid_to IS NULL AND start_earliest IS NOT NULL AND end_latest IS NOT NULL
ORDER BY months DESC, id LIMIT 50
