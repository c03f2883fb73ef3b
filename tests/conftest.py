"""Settings of the whole suite."""

import os

from hypothesis import settings

for library in ("OMP", "OPENBLAS", "MKL"):  # before numpy is imported; more threads are slower
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

settings.register_profile("molpipe", deadline=None)  # a busy machine is no failure
settings.load_profile("molpipe")
