"""What people type into the casebook."""
