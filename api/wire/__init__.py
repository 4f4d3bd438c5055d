"""HTTP and representations. No SQL, no store."""
