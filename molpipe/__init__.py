"""molpipe: batches of molecules in, an honest quantum-classical comparison out."""
