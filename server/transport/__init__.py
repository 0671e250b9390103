"""Where the Socket.IO libraries are not enough: one module for each of their parts.

Each module's docstring names what it works around, as of python-socketio 5.18.1, python-engineio 4.15.1 and
simple-websocket 1.1.0. A module can go when its upstream is fixed. Only ``server/app.py`` imports them, and
``server/api/events.py`` the event UNREADABLE.
"""
