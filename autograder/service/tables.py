"""The tables of the service, in a database of its own, or beside the gradebook's on a server."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# One row for each attempt. A row is there before the learner reads "accepted", and is never deleted.
attempts = Table(
    "gradwise_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),  # in addresses
    Column("assignment", String(100), nullable=False),
    Column("student", String(255), nullable=False),
    Column("number", Integer, nullable=False),  # the hidden inputs come from it
    Column("received", Float, nullable=False),  # seconds since 1970, like all times here
    Column("data", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),  # of the file
    Column("content", String(64), nullable=False, default=""),  # of the answers in it, known once it was read
    Column("state", String(10), nullable=False),
    Column("lane", String(10), nullable=False),
    Column("charged", Boolean, nullable=False),
    Column("same_as", Integer),
    Column("finished", Float),
    Column("seconds", Float),
    Column("score", Float),
    Column("max_score", Float),
    Column("mistakes", Text, nullable=False, default="[]"),  # JSON: exercise, id and sentence of each diagnosis
    Column("result", Text),  # JSON
    Column("pages", Text),  # JSON: HTML by detail
    Column("fault", Text, nullable=False, default=""),
    UniqueConstraint("assignment", "student", "number"),
)
Index("gradwise_attempts_state", attempts.c.state)

# Which attempt counts, and which one stands in the gradebook.
counted = Table(
    "gradwise_counted",
    metadata,
    Column("assignment", String(100), primary_key=True),
    Column("student", String(255), primary_key=True),
    Column("attempt", Integer, nullable=False),
    Column("written", Integer),
    Column("stamp", Integer, nullable=False, default=0),  # goes up when the same attempt must be written again
)

# What has the gradebook written again, also while it is being written.
STALE = {"written": None, "stamp": counted.c.stamp + 1}

terms = Table(
    "gradwise_terms",
    metadata,
    Column("assignment", String(100), primary_key=True),
    Column("terms", Text, nullable=False),  # JSON: what a teacher has changed
    Column("due", Float),
)

extensions = Table(
    "gradwise_extensions",
    metadata,
    Column("assignment", String(100), primary_key=True),
    Column("student", String(255), primary_key=True),
    Column("seconds", Float, nullable=False),
)

# Attempts that a teacher gave back.
given = Table(
    "gradwise_given",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("assignment", String(100), nullable=False),
    Column("student", String(255), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("given", Float, nullable=False),
    Column("teacher", String(255), nullable=False),
)

# nbgrader's exchange: what was released, submitted, and given back, each a folder as a zip archive.
parcels = Table(
    "gradwise_parcels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),  # "release", "submission" or "feedback"
    Column("assignment", String(100), nullable=False),
    Column("student", String(255), nullable=False),  # empty for a release
    Column("timestamp", String(64), nullable=False),  # nbgrader's, as it writes it; empty for a release
    Column("digest", String(64), nullable=False),
    Column("stored", Float, nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("kind", "assignment", "student", "timestamp"),
)
