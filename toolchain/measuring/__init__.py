"""How good a trained model is, on photos that it has not seen and on those that are made worse on purpose."""
