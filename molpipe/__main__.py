"""``python -m molpipe``."""

from molpipe.cli import main

main()
