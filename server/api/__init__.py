"""The requests of clients, over HTTP and Socket.IO: parsing, answering, and who may ask. Nothing below imports it."""
