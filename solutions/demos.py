# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The live demos
#
# Choose one above the picture. Its controls are on the left; *Surprise me* goes on to the next setting that is worth
# seeing. All of it works from the keyboard: Tab goes on, the arrow keys move a slider. `make demos` shows this page
# full-screen, without code.

# %% locked="gallery"
from gradwise import demos

demos.gallery()
