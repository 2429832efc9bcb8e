"""Questions about a learner's own code: does its author understand what it does?

source.py     gathers the code from a notebook's cells
scenes.py     draws small calls with small integers
probe.py      runs them, and notes what each line holds; with draws.py, tracing.py and values.py it is sent into the
              grader's sandbox as it stands
runs.py       what a function and its mutants do in these calls
kinds.py      the kinds of questions
training.py   one more: what training will look like with a mistake
choosing.py   the limits of a question, and its choices
proving.py    computes each right answer a second time, in another way
maker.py      chooses: the same questions for the same code and seed
showing.py    the lines of code and the steps of a run as text
question.py   a question as data
record.py     what is stored in the notebook
"""
