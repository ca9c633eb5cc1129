"""What people do, over real HTTP, against everything running on this machine."""
