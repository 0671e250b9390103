"""What a client can ask, over HTTP and Socket.IO: parsing, answering, and who may ask."""
