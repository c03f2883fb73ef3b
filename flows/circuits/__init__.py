"""The circuit stage of a batch in a run of its own."""
