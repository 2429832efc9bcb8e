"""tries: a name that is a template
student: {{ 7 * 7 }}{% for gwevil in x %}
"""

a = 1
