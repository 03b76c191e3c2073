// The adapter.
