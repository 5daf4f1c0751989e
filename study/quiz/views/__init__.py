"""Pages of quizzes and question banks, by noun; the study room adds them to its blueprint."""
