"""A classroom's load on a real server process, on this machine only.

Several clients in one room, over real websockets, written on the wire alone (``docs/wire.md``). ``make load`` runs it.
"""
