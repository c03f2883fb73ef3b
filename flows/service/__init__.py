"""molpipe up: server, workers and deployments on one machine."""
