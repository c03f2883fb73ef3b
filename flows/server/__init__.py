"""The Prefect server as a process of ours."""
