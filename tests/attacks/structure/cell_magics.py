"""tries: cells in other languages
"""

%%bash
touch /tmp/@MARK@
# %%
%%html
<script>alert(1)</script>
# %%
%%writefile /tmp/x
x
# %%
%%capture out
a = 1
