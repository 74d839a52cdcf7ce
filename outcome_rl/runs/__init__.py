"""A workspace on disk: run folders, event log, jobs in processes of their own."""
