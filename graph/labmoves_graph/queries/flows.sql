-- How many moved from each organization to each other one between two days?
SELECT from_organization, to_organization, count(*) FROM transition
WHERE valid_to IS NULL AND date IS NOT NULL
  AND coalesce(latest, '9999-12-31') >= :since AND coalesce(earliest, '0001-01-01') <= :until
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
