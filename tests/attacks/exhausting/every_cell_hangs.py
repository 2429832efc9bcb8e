"""tries: every cell hangs
alone: yes
score: 0
"""

while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
# %%
while True: pass
