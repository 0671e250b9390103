"""The Flask-SocketIO backend of Show & Tell."""
