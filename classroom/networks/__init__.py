"""The networks, augmentation, training from scratch, and fine-tuning."""
