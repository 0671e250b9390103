"""The folder of a trained model: what it answers, how it is written and opened again."""
