"""How the shipped models are made: reading the corpus, augmentation, training. Needs the extra `train` (torch)."""
