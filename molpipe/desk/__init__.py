"""The researcher's desk: stored runs found, compared, computed again, and new batches made."""
