"""Calepin measured beside its peers: the same load, the same machine, the same run; as ratios."""
