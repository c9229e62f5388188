"""Kills at random instants, while stock clients type and a moderator locks and unlocks."""
