"""tries: what is there in every notebook, and nowhere else
alone: yes
score: 4
"""

display(1, 2)
get_ipython().run_line_magic if get_ipython() else None
import matplotlib.pyplot as plt
plt.figure()
def double(x):
    return np.multiply(2,  # really?
                       x)
