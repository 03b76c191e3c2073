// The spool.
