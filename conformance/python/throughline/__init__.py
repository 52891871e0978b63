"""A second implementation of the throughline verifier, written from the specification alone."""
