-- How many more came to each organization than left it, hop by hop?
WITH hop AS (
    SELECT t.* FROM transition t
    JOIN move a ON a.id = t.arrival_id AND a.valid_to IS NULL AND a.status = 'confirmed'
    WHERE t.valid_to IS NULL
)
SELECT organization, sum(arrived), sum("left"), sum(arrived) - sum("left") AS net FROM (
    SELECT to_organization AS organization, 1 AS arrived, 0 AS "left" FROM hop
    UNION ALL
    SELECT from_organization, 0, 1 FROM hop
) GROUP BY organization ORDER BY net DESC, organization
