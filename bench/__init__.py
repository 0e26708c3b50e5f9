"""Speed: parsepy beside the real Parse Server, in one run, as ratios."""
