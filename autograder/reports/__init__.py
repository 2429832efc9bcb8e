"""What people read afterwards: learners their feedback, teachers their reports, platforms their grades."""
