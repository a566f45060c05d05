"""What changes the instrument's part of the book, one verb a file."""
