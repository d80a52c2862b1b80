"""The archive: past plans and jobs as sealed Parquet, written, read, restored and let go."""
