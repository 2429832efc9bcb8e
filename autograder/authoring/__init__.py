"""Making a course, and proving its checks: building topics, auditing them, publishing the learners' files."""
