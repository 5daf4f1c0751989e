"""What people type into the study room, and its checks, by noun."""
