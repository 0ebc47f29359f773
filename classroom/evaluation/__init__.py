"""Results, metrics and statistics; the runs and studies that keep them."""
