"""The sample organisation: members, boards, courses and conversations written for demonstration sites."""
