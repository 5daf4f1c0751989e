"""People, branches, grants, sign-in and sessions."""
