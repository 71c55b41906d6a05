"""labmoves_api: every way in: HTTP, pages, command line and client."""
