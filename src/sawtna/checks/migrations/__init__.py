"""How the tables of the instrument came to be."""
