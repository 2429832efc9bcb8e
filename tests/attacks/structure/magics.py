"""tries: lines that only Jupyter understands
"""

%matplotlib inline
!touch /tmp/@MARK@
files = !ls
out = %timeit -o 1
?double
double??
%load_ext autoreload
