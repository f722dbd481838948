"""Reading dbt's files: every version, and every way in which a file is not what its name says."""
