"""The error of a file that can't be opened. Reading files of any format uses it.

The twin is ``web/src/exchange/bad-file.js``.
"""

from server.contract.errors import ContractError


def bad_file(part: str, expected: str) -> ContractError:
    """Return the error ``badFile``.

    Args:
        part: What is wrong: the name of a file in the file, or of a field.
        expected: In few and technical words: they are not translated.

    Example:
        >>> bad_file("embeddings.npy", "CRC-32").came
        '"embeddings.npy"'
    """
    return ContractError("badFile", came=part, expected=expected)
