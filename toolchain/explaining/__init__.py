"""Why: which part of a photo made it similar, and where in it the thing is."""
