"""The Python entry points; ``import molpipe`` finds them by name."""
