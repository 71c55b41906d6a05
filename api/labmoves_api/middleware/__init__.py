"""What every request passes through, outermost first: observation, headers, limits, conditional answers."""
