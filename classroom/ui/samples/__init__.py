"""The tab *My digits*: gallery, filters, import, export and backups."""
