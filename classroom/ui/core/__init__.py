"""What all parts of the window share: theme, panel, controls, notices, the store."""
