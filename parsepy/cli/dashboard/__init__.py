"""`parsepy dashboard`: the Parse Dashboard is installed, served by itself, and given users."""
