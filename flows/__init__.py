"""Prefect, and only here."""
