"""The plots of the report: one file each, drawn by matplotlib, in the colours of the page."""
