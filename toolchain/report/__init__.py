"""Reports that open without a server: one HTML file each, without scripts, with charts and pictures."""
