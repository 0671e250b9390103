"""The examples in the docstrings of the classifier and of the evaluation are true."""

import doctest
import importlib
import pkgutil

import pytest

import server.evaluation
import server.knn

MODULES = [
    module.name
    for package in (server.knn, server.evaluation)
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name):
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert result.failed == 0
