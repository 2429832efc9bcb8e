"""What the locked cells of the notebooks use: a module for each topic, and what several topics share."""
