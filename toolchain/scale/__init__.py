"""Very many photos: work on a cluster, and searches among more examples than one product should go through."""
