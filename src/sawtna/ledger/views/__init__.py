"""The pages of the book and the files of the log."""
