"""What molpipe talks about: the types that a molecule is, room after room."""
