"""Projects as files: our own format, and those of other tools."""
