"""Every line of SQL. Knows the declarations; knows nothing of HTTP."""
