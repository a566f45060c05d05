"""Template tags of the square."""
