"""From an uploaded file to a plan: reads it, maps its rows and plans what becomes of each."""
