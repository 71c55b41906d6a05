-- Which moves do sources disagree about: whether they happened, or when?
SELECT id, person_id, verdict, json_array_length(rival_dates) FROM move
WHERE valid_to IS NULL AND (verdict = 'disputed' OR rival_dates <> '[]')
ORDER BY 1
