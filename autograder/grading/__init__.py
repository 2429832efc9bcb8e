"""The checks of a topic, put to one submission, and what they tell about it."""
