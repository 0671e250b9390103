"""The codes of rooms: how they are made, and how often somebody may try one."""
