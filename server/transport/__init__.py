"""Sockets and HTTP on one event loop, and where the libraries for them are not enough.

Each module's docstring names what it works around, as of python-socketio 5.18.1, python-engineio 4.15.1 and uvicorn
0.54. A module can go when its upstream is fixed.
"""
