"""The worker process, the window's side of it, and its jobs."""
