-- How many more came to each organization than left it, hop by hop?
SELECT organization, sum(arrived), sum("left"), sum(arrived) - sum("left") AS net FROM (
    SELECT to_organization AS organization, 1 AS arrived, 0 AS "left" FROM transition WHERE valid_to IS NULL
    UNION ALL
    SELECT from_organization, 0, 1 FROM transition WHERE valid_to IS NULL
) GROUP BY organization ORDER BY net DESC, organization
