"""What leaves the program for other programs: one file a format."""
