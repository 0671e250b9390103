"""Which labels look wrong, and which photos to label next."""
