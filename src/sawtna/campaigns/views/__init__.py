"""Pages of the square: thin, each asks `reads` for a story and lays it out."""
