"""What people read of an ERD besides the diagram itself."""
