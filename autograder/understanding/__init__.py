"""Questions about learners' own code, for teachers: their audit, the sheet for an oral, and whom to ask."""
