"""tries: cells that end their process, one after another
alone: yes
score: 0
"""

import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
# %%
import os; os._exit(0)
