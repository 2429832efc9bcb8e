"""The gradebook and the folders of nbgrader: written in bulk, read without nbgrader, and made safe for it.

archive.py    reads a zip archive or a folder without trusting its names and sizes
config.py     reads nbgrader_config.py, which says where the folders and the gradebook are
downloads.py  who handed in what by a platform's download, and writes it into the submitted folder
intake.py     makes a submitted folder safe for nbgrader
manual.py     reads scores and comments by hand, and penalties for lateness
marks.py      reads the marks that are given out, and what they would become
platforms.py  reads in file names of platforms who handed in what, and when
rebuilt.py    lets a gradebook with submissions take over a notebook that was built again
roster.py     reads a platform's list of learners, and matches names
rows.py       writes the gradebook's rows in bulk, with penalties for lateness
state.py      the state after the last run, read without nbgrader
tables.py     the version of nbgrader's tables, found out without a process of its own
whose.py      which learner of the gradebook a platform means
writer.py     writes the autograded folders, and has the rows written
"""
