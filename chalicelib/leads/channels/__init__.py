"""What identifies a person on each channel. Rules alone: they store nothing."""
