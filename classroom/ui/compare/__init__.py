"""The tab *Compare*: results, plots, runs and studies."""
