"""From the embeddings of photos to a trained model: heads, augmentation, search, comparison, tuning."""
