"""What runs on a cluster, and what searches among very many examples."""
