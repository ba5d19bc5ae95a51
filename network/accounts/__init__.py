"""How people sign in, and what ends that."""
