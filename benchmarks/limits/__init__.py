"""What cannot be beaten: the servers alone, and the work alone."""
