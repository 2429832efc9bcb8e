"""The classes that nbgrader_config.py names, and the server extension behind the buttons of formgrader."""
