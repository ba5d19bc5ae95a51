"""What somebody writes of a case: its content, the questions that lead through it, and what changed."""
