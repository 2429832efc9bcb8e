"""tries: names in other scripts, and characters that look like others
alone: yes
score: 4
"""

def ｄouble(x):
    ﬁne, Ω, 变量 = 2, x, 1
    return fine * Ω * 变量
