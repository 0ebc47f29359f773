"""MNIST, and the students' own samples: store, history, backups, import and export."""
