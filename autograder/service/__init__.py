"""A server that grades on request: a learner submits from the notebook, and reads the official result in a second.

__main__.py   the options of `autograder serve`, and the running server
app.py        the parts put together, and the addresses
people.py     who asks: users of a JupyterHub, or the tokens of a file
base.py       what all answers have in common: who may ask, how often, what browsers may do
bodies.py     bodies of requests, read piece by piece
learner.py    what learners ask; views.py: as much as they may read
teacher.py    what teachers ask
exchange.py   nbgrader's exchange, without a shared folder; parcels.py: what is in it
login.py      logging in with a browser
demo.py       `make hub`
terms.py      how many attempts there are, and when the next comes
tables.py     the tables
store.py      attempts, kept durably; agreed.py: the terms agreed for them, and which one counts
engine.py     warm workers; lanes.py: whose turn it is; work.py: what a worker does
cluster.py    the workers of a Dask cluster in their place
ahead.py      what workers learn while nobody waits
publisher.py  has what counts written into the gradebook; books.py: writes it
"""
