"""Question banks and quizzes: kinds of questions, papers, answers and marks. Their tables are in ``study.models``."""
