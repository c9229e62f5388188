"""Telling other programs what happens to a day, as the Standard Webhooks specification says."""
