"""Template tags by which pages show what the book says."""
