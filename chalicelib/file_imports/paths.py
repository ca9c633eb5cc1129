"""The paths of file imports, apart from the modules that load slowly."""

PATH = "/api/v1/file-imports"
PAGE = "/file-imports"
UNDO = "/api/v1/runs/{job_id}/undo"  # of a commit
