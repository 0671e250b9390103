"""Who is in a room, who owns it, who added what. The modules beside this folder use it."""
