"""The tab *Train*: retraining, before and after, and the versions."""
