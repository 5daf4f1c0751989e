"""What authors type about questions and quizzes, and what papers send."""
