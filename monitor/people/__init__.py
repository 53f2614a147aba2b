"""Who may operate: operators, their roles, passwords and codes, tokens for programs. They are kept by ``monitor.store``."""
