"""What is done at the desk: one verb a file, one transaction each, one step in the trail."""
