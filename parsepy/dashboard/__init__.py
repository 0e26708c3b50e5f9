"""The official Parse Dashboard, served without Node: its pages, its log-in, and what it must know of the apps."""
