"""What an operator types: one file a command, each with a click command named ``command``. Everything is wired together here."""
