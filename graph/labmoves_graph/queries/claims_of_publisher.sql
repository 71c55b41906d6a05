-- What does a publisher claim?
SELECT c.id, c.event, c.person, c.organization, c.status, c.date FROM article a
JOIN claim c ON c.graph = a.graph
WHERE a.publisher = :publisher AND a.invalidated_at IS NULL
ORDER BY 1
