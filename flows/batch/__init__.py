"""What one run of a batch does: read, perform the stages, show, write."""
