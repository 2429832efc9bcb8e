"""Wrong answers to 05_regularization, as learners and lecture slides write them."""
