"""Names for the arrays that the classifier and the evaluation pass around. Anything may import this module."""

import numpy as np
from numpy.typing import NDArray

#: One embedding, (d,), finite, not all zero.
Embedding = NDArray[np.float32]
#: Many embeddings, (n, d), one a row.
Embeddings = NDArray[np.float32]
#: Distances, norms, votes, shares; the shape is stated where it is used.
Floats = NDArray[np.float64]
#: Places of examples in order of arrival.
Rows = NDArray[np.intp]
#: Places of classes in class order.
ClassIndices = NDArray[np.int64]
