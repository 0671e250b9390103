"""The examples in the docstrings of the photo reader and of the toolchain are true."""

import doctest
import importlib
import pkgutil

import pytest

import photos
import toolchain

MODULES = [
    module.name
    for package in (photos, toolchain)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name):
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert result.failed == 0
