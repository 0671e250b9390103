"""Pictures of every state of the page, and what is wrong with it there: ``make screens``."""
