"""The pages of the instrument."""
