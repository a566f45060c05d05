"""What the book does when it is told to: one verb a file, one transaction each."""
