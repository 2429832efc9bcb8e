"""Pages and files made from the results: feedback for learners, reports for teachers, grades for platforms."""
