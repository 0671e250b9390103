"""What the page takes of the main thread."""
