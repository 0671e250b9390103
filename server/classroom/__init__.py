"""What a server needs in a classroom: addresses that others can reach, a certificate, a name, and a notice."""
