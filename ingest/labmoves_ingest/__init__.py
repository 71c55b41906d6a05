"""labmoves_ingest: sources of articles, and the extraction of claims from them."""
