"""What runs in a child process, in molpipe's own environment; prints one JSON line."""
