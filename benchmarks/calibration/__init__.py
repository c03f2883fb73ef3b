"""When may CCSD judge? The rule of ``molpipe.chem.trust`` against exact answers.

``python -m benchmarks.calibration`` measures every system that ``measured.json`` does not hold
yet and draws the table of ``docs/diagnostics.md``; ``--all`` measures everything again.
"""
