"""Training of the network: losses, optimizer, loop and settings."""
