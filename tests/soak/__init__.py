"""Opening, writing and closing, many times over: `make soak`, and a short form in the tests."""
