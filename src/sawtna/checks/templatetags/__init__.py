"""Template tags of the instrument."""
