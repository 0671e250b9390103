"""What Engine.IO lacks: limits while a message arrives, and whole messages between threads."""
