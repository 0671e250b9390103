"""The files of other tools: one module a format, and ``registry``, which knows them all."""
