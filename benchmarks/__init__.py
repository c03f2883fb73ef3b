"""Our speed against peers and limits, as ratios within one run.

``python -m benchmarks`` compares; every smaller benchmark runs alone as well, for example
``python -m benchmarks.simulators``. What is measured runs in a child process of its own
(``drivers/`` and ``peers/``), one thread, one JSON line out; the modules here start the
children and draw the tables, and import nothing heavy.
"""
