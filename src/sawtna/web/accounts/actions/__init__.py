"""What can be done with accounts: one verb a file, one transaction each."""
