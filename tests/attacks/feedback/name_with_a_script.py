"""tries: a name that is a script
student: <script>gwevil()</script>
"""

a = 1
