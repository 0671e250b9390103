"""How good a classifier is: every example left out in turn. Knows neither rooms nor threads."""
