"""All reads of quizzes, by noun."""
