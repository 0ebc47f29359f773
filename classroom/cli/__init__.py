"""The command line: what can be said to it, what it does, and what it prints."""
