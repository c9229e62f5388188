"""The benches run and count what they say; how fast anything is, no test says."""
