"""Django's PostgreSQL backend, on the server that DATABASE_URL names or on the embedded one."""
