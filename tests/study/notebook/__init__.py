"""Tests of question banks and quizzes."""
