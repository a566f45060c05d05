"""What the frame does, one verb a file."""
