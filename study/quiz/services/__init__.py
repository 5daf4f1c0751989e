"""All writes of quizzes, by noun."""
