"""Access: who was let through, refused, or went through; cards by their last digits only."""
