"""The quantum side: OpenFermion and Cirq live here.

Spin orbitals are interleaved as in OpenFermion: qubit 2p is alpha and qubit 2p+1 is beta of
spatial orbital p.
"""
