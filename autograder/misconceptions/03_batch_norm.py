"""Wrong answers to 03_batch_norm, as learners and lecture slides write them."""
