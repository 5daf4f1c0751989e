"""Study: courses, modules, lessons, materials, quizzes, progress and what a branch may see of it."""
