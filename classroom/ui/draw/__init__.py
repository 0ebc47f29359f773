"""The tab *Draw*: the paper, the answers, and the guided collection."""
