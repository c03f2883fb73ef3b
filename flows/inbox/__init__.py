"""A folder whose new files are run."""
