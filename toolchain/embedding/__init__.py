"""From photos to embeddings: the network, its cache, and the way there in processes."""
