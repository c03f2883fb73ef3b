"""The classical side: from what the chemist wrote to a Hamiltonian and its references."""
