"""What whoever looks after the server sees of it: health, metrics, a status page, logs; and how it stops."""
