"""tries: quotes and backticks that close what they stand in
double: 0, crashed
"""

def double(x):
    assert 0, "` gwevil `"  # ` <b onclick='gwevil()'> ` " ' ``` {{ gwevil }} {% gwevil %} ${gwevil}
