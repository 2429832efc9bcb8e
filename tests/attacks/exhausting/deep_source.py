"""tries: source that is nested without end
double: 4
"""

source = "(" * 100_000
exec("-" * 1_000_000 + "1")
