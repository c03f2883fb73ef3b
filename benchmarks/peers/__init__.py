"""What runs in a child process, in the environment of a peer; prints one JSON line."""
