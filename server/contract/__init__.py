"""What both languages share: errors and limits, read from the folder ``contract/``."""
